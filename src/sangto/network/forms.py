"""What the people and organisation pages accept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sangto.lib.codes import RoleCode
from sangto.network.services import GUEST_LASTS_AT_MOST, GUEST_PURPOSES

LANGUAGE_CHOICES = [("vi", "Tiếng Việt"), ("en", "English")]
PURPOSE_LABELS = {
    "expert": _("Expert: answers a question about one rumour"),
    "participant": _("Participant: takes part in a drill"),
    "observer": _("Observer: looks on at a drill"),
}


def role_choices(lang: str, *, with_admin: bool) -> list[tuple[str, str]]:
    """Only an administrator of the installation makes administrators."""
    return [(code.value, code.label(lang)) for code in RoleCode if with_admin or code != RoleCode.ADMIN]


class RoleForm(forms.Form):
    """Who gets, or loses, which role."""

    person = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, lang: str, with_admin: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        assert isinstance(code, forms.ChoiceField)  # noqa: S101  (for the type checker: declared above)
        code.choices = role_choices(lang, with_admin=with_admin)


class InviteForm(forms.Form):
    """A colleague who gets a link to choose a password."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_CHOICES)
    code = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, lang: str, with_admin: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        assert isinstance(code, forms.ChoiceField)  # noqa: S101  (for the type checker: declared above)
        code.choices = role_choices(lang, with_admin=with_admin)


class GuestForm(forms.Form):
    """Someone without an account, for some days."""

    name = forms.CharField(label=_("Name"), max_length=120)
    purpose = forms.ChoiceField(
        label=_("What for"), choices=[(purpose, PURPOSE_LABELS[purpose]) for purpose in GUEST_PURPOSES]
    )
    days = forms.IntegerField(
        label=_("Days until the link closes"), min_value=1, max_value=GUEST_LASTS_AT_MOST.days, initial=7
    )


class UnitForm(forms.Form):
    """A node of the organisation tree."""

    name_vi = forms.CharField(label=_("Name in Vietnamese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    parent = forms.TypedChoiceField(label=_("Below"), required=False, empty_value=None)

    def __init__(self, *args: Any, parents: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ChoiceField)  # noqa: S101  (for the type checker: declared above)
        parent.choices = [("", str(_("At the top"))), *parents]


class SiteForm(forms.Form):
    """A place where people sit together."""

    unit = forms.ChoiceField(label=_("Unit"))
    name = forms.CharField(label=_("Name"), max_length=200)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=1_000_000, required=False)

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)  # noqa: S101  (for the type checker: declared above)
        unit.choices = units


class MeForm(forms.Form):
    """What a person sets for themselves."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_CHOICES)
