"""What the people and organisation pages accept."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sangto.lib.codes import CollaboratorKind, RoleCode, SuspensionReason, UnitKind
from sangto.lib.working_hours import WorkCalendar
from sangto.network.hours_text import BadHours, read_days, read_spans, write_days, write_spans
from sangto.network.services import GUEST_LASTS_AT_MOST, GUEST_PURPOSES
from sangto.network.types import DeskInfo

# The value of "waits for its owner", which no id of a person is.
KEEP = "keep"

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


class _HeirsForm(forms.Form):
    """To whom the open work goes, asked for each desk."""

    def __init__(self, *args: Any, heirs: list[tuple[DeskInfo, list[tuple[str, str]]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._desks = [desk for desk, _people in heirs]
        for desk, people in heirs:
            self.fields[f"heir-{desk.slug}"] = forms.ChoiceField(
                label=format_lazy("{}: {}", _("Open work goes to"), desk.local_name),
                choices=[*self.without_heir(), *people],
                required=False,
            )

    def without_heir(self) -> list[tuple[str, Any]]:
        return [("", _("back to the pool of the desk"))]

    def successors(self) -> dict[uuid.UUID, uuid.UUID | None]:
        chosen = {desk.id: self.cleaned_data.get(f"heir-{desk.slug}", "") for desk in self._desks}
        return {desk_id: uuid.UUID(heir) if heir else None for desk_id, heir in chosen.items() if heir != KEEP}

    def heir_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("heir-")]


class SuspendForm(_HeirsForm):
    """Until which day an account rests, and why."""

    until_day = forms.DateField(label=_("Rests until the morning of"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.ChoiceField(label=_("Reason"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        assert isinstance(reason, forms.ChoiceField)  # noqa: S101  (for the type checker: declared above)
        lang = get_language() or "vi"
        reason.choices = [(code.value, code.label(lang)) for code in SuspensionReason]

    def without_heir(self) -> list[tuple[str, Any]]:
        return [(KEEP, _("waits for its owner")), *super().without_heir()]

    def until(self) -> dt.datetime:
        day: dt.date = self.cleaned_data["until_day"]
        return dt.datetime.combine(day, dt.time.min, tzinfo=timezone.get_current_timezone())


class DepartureForm(_HeirsForm):
    """Which work somebody leaves."""

    which = forms.ChoiceField(label=_("Leaves"))

    def __init__(self, *args: Any, with_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        which = self.fields["which"]
        assert isinstance(which, forms.ChoiceField)  # noqa: S101  (for the type checker: declared above)
        altogether = [("all", _("every desk: the account is closed"))] if with_all else []
        which.choices = [("desk", _("this desk; the account stays")), *altogether]


MINUTE_INPUT = "%Y-%m-%dT%H:%M"


def _minute_field(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE_INPUT)
    )


class ShiftForm(forms.Form):
    """Who serves as what, from when to when."""

    person = forms.ChoiceField(label=_("Person"))
    code = forms.ChoiceField(label=_("Role"))
    starts_at = _minute_field(_("Begins"))
    ends_at = _minute_field(_("Ends"))

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person, code = self.fields["person"], self.fields["code"]
        assert isinstance(person, forms.ChoiceField)  # noqa: S101  (for the type checker: declared above)
        assert isinstance(code, forms.ChoiceField)  # noqa: S101  (for the type checker: declared above)
        person.choices = people
        code.choices = role_choices(get_language() or "vi", with_admin=False)


class SwapForm(forms.Form):
    """To whom a shift is offered; nobody named: to all who may serve it."""

    to = forms.UUIDField(required=False)


class LeaveForm(forms.Form):
    """Whole days on which someone is away."""

    first_day = forms.DateField(label=_("First day away"), widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label=_("Last day away"), widget=forms.DateInput(attrs={"type": "date"}))

    def span(self) -> tuple[dt.datetime, dt.datetime]:
        zone = timezone.get_current_timezone()
        first: dt.date = self.cleaned_data["first_day"]
        last: dt.date = self.cleaned_data["last_day"]
        return (
            dt.datetime.combine(first, dt.time.min, tzinfo=zone),
            dt.datetime.combine(min(last, dt.date(9999, 12, 30)) + dt.timedelta(days=1), dt.time.min, tzinfo=zone),
        )


class CharterForm(forms.Form):
    """A version of how the desk works and what it never does."""

    text_vi = forms.CharField(
        label=_("Charter in Vietnamese"), widget=forms.Textarea(attrs={"rows": 8, "maxlength": 20_000, "lang": "vi"})
    )
    text_en = forms.CharField(
        label=_("Charter in English"), widget=forms.Textarea(attrs={"rows": 8, "maxlength": 20_000, "lang": "en"})
    )


class CollaboratorForm(forms.Form):
    """Someone who works with the desk, with or without an account."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("As what"))
    since = forms.DateField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    person_id = forms.TypedChoiceField(label=_("Account, if any"), required=False, coerce=uuid.UUID, empty_value=None)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, person = self.fields["kind"], self.fields["person_id"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101  (for the type checker: declared above)
        assert isinstance(person, forms.ChoiceField)  # noqa: S101  (for the type checker: declared above)
        lang = get_language() or "vi"
        kind.choices = [(code.value, code.label(lang)) for code in CollaboratorKind]
        person.choices = [("", "—"), *people]


class AgreementForm(forms.Form):
    """The day on which somebody agreed."""

    agreed_on = forms.DateField()


class RenameUnitForm(forms.Form):
    """Name and kind of a unit."""

    name_vi = forms.CharField(label=_("Name in Vietnamese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101  (for the type checker: declared above)
        lang = get_language() or "vi"
        kind.choices = [(code.value, code.label(lang)) for code in UnitKind]


class MoveUnitForm(forms.Form):
    """Below which unit it hangs."""

    parent = forms.TypedChoiceField(label=_("Below"), required=False, coerce=uuid.UUID, empty_value=None)

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ChoiceField)  # noqa: S101  (for the type checker: declared above)
        parent.choices = [("", _("At the top")), *units]


class UnitRoleForm(forms.Form):
    """Who holds which role at a unit."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    code = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        assert isinstance(code, forms.ChoiceField)  # noqa: S101  (for the type checker: declared above)
        code.choices = role_choices(get_language() or "vi", with_admin=False)


DAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip


class HoursForm(forms.Form):
    """When a unit works."""

    tz = forms.CharField(label=_("Time zone"), max_length=64, help_text=_("As in Asia/Ho_Chi_Minh."))
    country = forms.CharField(
        label=_("Public holidays of"),
        max_length=2,
        required=False,
        help_text=_("Two letters, as VN; empty: holidays are worked."),
    )
    extra_closed = forms.CharField(
        label=_("Also closed on"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Days as 31/12/2026, one a line."),
    )
    extra_open = forms.CharField(label=_("Also worked on"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(DAYS):
            self.fields[f"day{number}"] = forms.CharField(label=name, required=False, max_length=120)

    @staticmethod
    def initial_of(cal: WorkCalendar) -> dict[str, str]:
        days = {f"day{number}": write_spans(spans) for number, spans in enumerate(cal.week)}
        return {
            "tz": cal.tz,
            "country": cal.country,
            "extra_closed": write_days(cal.extra_closed),
            "extra_open": write_days(cal.extra_open),
            **days,
        }

    def day_fields(self) -> list[forms.BoundField]:
        return [self[f"day{number}"] for number in range(len(DAYS))]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        readers: dict[str, Any] = {f"day{number}": read_spans for number in range(len(DAYS))}
        readers |= {"extra_closed": read_days, "extra_open": read_days}
        for name, read in readers.items():
            try:
                data[name] = read(data.get(name, ""))
            except BadHours as bad:
                self.add_error(
                    name,
                    _("“%(part)s” is not understood. Write 08:00-11:30, or a day as 31/12/2026.") % {"part": bad.part},
                )
        return data

    def calendar(self) -> dict[str, Any]:
        """What a WorkCalendar is made of."""
        data = self.cleaned_data
        return {
            "tz": data["tz"].strip(),
            "week": tuple(data[f"day{number}"] for number in range(len(DAYS))),
            "country": data["country"].strip().upper(),
            "extra_closed": data["extra_closed"],
            "extra_open": data["extra_open"],
        }
