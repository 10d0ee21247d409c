"""Forms of the desk pages. They read values; what may stand in them is said by the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sangto.lib.codes import LANGUAGES, CorrectionKind
from sangto.publishing.types import Draft, TextFields
from sangto.publishing.wording import COMMENT_MAX, CORRECTION_MAX, FIELD_NAMES, LIMITS, legible

_HELP: Final[Mapping[str, Promise]] = {
    "title": _("Say what is true. The rumour's own words do not belong in the title."),
    "claim": _("One sentence that evidence can settle, as it goes round."),
    "short_answer": _("Can be read alone, in a chat: what is true, and what to do."),
    "why": _("The fact first; then the rumour, once; why it misleads; the fact again."),
    "known": _("What is certain, and what nobody knows yet."),
    "how_checked": _("Which sources you opened, whom you asked, and when."),
}
_ROWS: Final[Mapping[str, int]] = {"title": 2, "claim": 2, "short_answer": 4, "why": 12, "known": 4, "how_checked": 4}
EDIT_NUMBER_MAX: Final = 2_000_000_000


def _text(lazy: Promise) -> str:
    """A form is made for one request, so its words can be settled."""
    return str(lazy)


class MissingField(ValueError):
    """The form was not sent as the page made it."""


class DraftForm(forms.Form):
    """The whole article in both languages. Faults found by the service are put on their fields."""

    verdict = forms.CharField(required=False)
    edit_number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=EDIT_NUMBER_MAX)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for lang in LANGUAGES:
            for name in LIMITS:
                self.fields[f"{lang}_{name}"] = forms.CharField(
                    label=_text(FIELD_NAMES[name]),
                    help_text=_text(_HELP[name]),
                    required=False,
                    widget=forms.Textarea(
                        attrs={
                            "rows": _ROWS[name],
                            "lang": lang,
                            "data-grow": "",
                            **({"maxlength": LIMITS[name]} if LIMITS[name] <= 300 else {}),
                        }
                    ),
                )

    @classmethod
    def of(cls, draft: Draft, edit_number: int) -> DraftForm:
        """A bound form that shows this text."""
        data: dict[str, Any] = {"verdict": draft.verdict, "edit_number": edit_number}
        for lang in LANGUAGES:
            text = draft.texts.get(lang, TextFields())
            data |= {f"{lang}_{name}": getattr(text, name) for name in LIMITS}
        form = cls(data)
        form.full_clean()
        return form

    def show_faults(self, faults: Mapping[tuple[str, str], str | Promise]) -> None:
        for (lang, name), message in faults.items():
            key = f"{lang}_{name}" if lang else name
            self.add_error(key if key in self.fields else None, str(message))

    @property
    def languages(self) -> list[dict[str, Any]]:
        """The bound fields by language, for the template."""
        names = {"vi": "Tiếng Việt", "en": "English"}
        return [
            {"code": lang, "name": names[lang], "fields": [self[f"{lang}_{name}"] for name in LIMITS]}
            for lang in LANGUAGES
        ]


def read_draft(post: QueryDict) -> tuple[Draft, int]:
    """Exactly what was typed, and the number of the text that it was typed on; MissingField if a part is not there."""
    names = {f"{lang}_{name}" for lang in LANGUAGES for name in LIMITS}
    if not names <= post.keys():
        raise MissingField
    texts = {lang: TextFields(**{name: str(post[f"{lang}_{name}"]) for name in LIMITS}) for lang in LANGUAGES}
    return Draft(verdict=post.get("verdict", ""), texts=texts), read_number(post, "edit_number")


def read_number(post: QueryDict, name: str) -> int:
    text = post.get(name, "")
    if not (text.isascii() and text.isdigit() and int(text[:12]) <= EDIT_NUMBER_MAX):
        raise MissingField
    return int(text[:12])


class ReviewForm(forms.Form):
    """One person's word on a version."""

    comment = forms.CharField(
        label=_("Comment"),
        help_text=_("Needed when changes are needed: what, where and why."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": COMMENT_MAX, "data-grow": ""}),
    )


class CorrectionForm(forms.Form):
    """The public words about a change."""

    kind = forms.ChoiceField(label=_("What kind of change"))
    text_vi = forms.CharField(
        label=_("What changed, in Vietnamese"),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": CORRECTION_MAX, "lang": "vi"}),
    )
    text_en = forms.CharField(
        label=_("What changed, in English"),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": CORRECTION_MAX, "lang": "en"}),
    )

    def __init__(self, *args: Any, retraction: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang = get_language() or "vi"
        kinds = (
            [CorrectionKind.RETRACTION] if retraction else [k for k in CorrectionKind if k != CorrectionKind.RETRACTION]
        )
        self.fields["kind"].choices = [(kind.value, kind.label(lang)) for kind in kinds]  # type: ignore[attr-defined]
        if retraction:
            del self.fields["kind"]


class CorrectForm(forms.Form):
    """Open a published article again."""

    why = forms.CharField(label=_("What is new, or wrong"), widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300}))


def legible_post(post: QueryDict) -> dict[str, str]:
    """What was sent, without characters that a page cannot show."""
    return {key: legible(str(post[key])) for key in post}
