"""Forms of the ask page."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from sangto.lib.ids import uuid7


class AskForm(forms.Form):
    """A message, and if wished an address for the answer. The service says what is wrong with the text."""

    # Longer than allowed on purpose: the service's message says how long it was, and the form keeps what was typed.
    text = forms.CharField(
        label=_("The message"),
        help_text=_(
            "Paste it as you received it, or ask in your own words. With or without diacritics, Vietnamese or English."
        ),
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-grow": "", "data-most": 20000, "autocomplete": "off"}),
    )
    address = forms.CharField(
        label=_("E-mail for the answer"),
        help_text=_(
            "Only to tell you when the answer is out. Nobody sees it, and it is destroyed after at most 90 days."
        ),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    wants_corrections = forms.BooleanField(
        label=_("Also tell me if the answer is corrected (the address is then kept for 12 months)"), required=False
    )
    # Made with the page: sending the form twice is one message.
    once = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["once"].initial = str(uuid7())
        # Hidden characters are taken out, or refused, by the service, in words that help; Django's own check for NUL
        # would only say that they are not allowed.
        self.fields["text"].validators.clear()

    def once_id(self) -> UUID | None:
        try:
            return UUID(str(self.cleaned_data.get("once", "")))
        except ValueError:
            return None


class AddressForm(forms.Form):
    """Tell me by e-mail, asked on the private page."""

    address = forms.CharField(
        label=_("E-mail for the answer"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    wants_corrections = forms.BooleanField(
        label=_("Also tell me if the answer is corrected (the address is then kept for 12 months)"), required=False
    )
