"""Forms of the rumour's page. They read values; what is allowed is said by the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sangto.lib.codes import (
    ClosingReason,
    Code,
    Harm,
    PauseReason,
    Priority,
    SourceQuality,
    SpeakerKind,
    Stance,
    TaskKind,
    Topic,
    Urgency,
)


def _choices(codes: type[Code], *, empty: bool = False) -> list[tuple[str, Any]]:
    lang = get_language() or "vi"
    found: list[tuple[str, Any]] = [(code.value, code.label(lang)) for code in codes]
    return [("", "—"), *found] if empty else found


class ClaimForm(forms.Form):
    """The claim and what is known about it."""

    claim_vi = forms.CharField(
        label=_("Claim in Vietnamese"),
        help_text=_("One sentence that evidence can settle, as it goes round; without names of private persons."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300, "lang": "vi"}),
    )
    claim_en = forms.CharField(
        label=_("Claim in English"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300, "lang": "en"}),
    )
    topic = forms.ChoiceField(label=_("Topic"))
    speaker_kind = forms.ChoiceField(label=_("Who said it, as a kind"))
    speaker_office = forms.CharField(
        label=_("Institution or office"),
        help_text=_("Only where it spoke officially; never a private person."),
        required=False,
        max_length=200,
    )
    involves_publisher = forms.BooleanField(
        label=_("This is about ourselves (two approvals, one from outside the desk)"), required=False
    )
    not_involved_reason = forms.CharField(
        label=_("Why it is not about ourselves"),
        help_text=_("Needed when our name occurs in the rumour; shown in public."),
        required=False,
        max_length=300,
    )
    edit_number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = _choices(Topic, empty=True)  # type: ignore[attr-defined]
        self.fields["speaker_kind"].choices = _choices(SpeakerKind)  # type: ignore[attr-defined]


class ExhibitForm(forms.Form):
    """Cite a passage of a page."""

    url = forms.CharField(label=_("Address of the page"), max_length=2000, widget=forms.URLInput)
    title = forms.CharField(label=_("Title of the page"), max_length=300)
    organisation = forms.CharField(
        label=_("Organisation that answers for it"), max_length=200, help_text=_("Not the name of a private person.")
    )
    lang = forms.ChoiceField(label=_("Language of the page"), choices=[("vi", "Tiếng Việt"), ("en", "English")])
    published_on = forms.DateField(
        label=_("Published on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    passage = forms.CharField(
        label=_("Passage"),
        help_text=_("The words that matter, exactly as they stand there."),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
    )
    translation = forms.CharField(
        label=_("Translation"), required=False, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 2000})
    )
    stance = forms.ChoiceField(label=_("What it does to the claim"))
    quality = forms.ChoiceField(label=_("Kind of source"))
    seen_on = forms.DateField(label=_("Seen on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stance"].choices = _choices(Stance)  # type: ignore[attr-defined]
        self.fields["quality"].choices = _choices(SourceQuality)  # type: ignore[attr-defined]


class TaskForm(forms.Form):
    """Something to be done."""

    kind = forms.ChoiceField(label=_("What is to be done"))
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
    assignee_id = forms.TypedChoiceField(label=_("By whom"), required=False, coerce=UUID, empty_value=None)
    due_at = forms.DateTimeField(
        label=_("Until when"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, people: Sequence[tuple[UUID, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _choices(TaskKind)  # type: ignore[attr-defined]
        self.fields["assignee_id"].choices = [("", "—"), *((str(key), name) for key, name in people)]  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """A remark for colleagues."""

    text = forms.CharField(
        label=_("Note for colleagues"),
        help_text=_("Only the desk sees it. @ and a name calls someone: it stands in their inbox."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 4000}),
    )
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)


class CloseForm(forms.Form):
    """No verdict."""

    reason = forms.ChoiceField(label=_("Why it is closed without a verdict"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = _choices(ClosingReason)  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    """The same claim as another rumour."""

    into = forms.IntegerField(label=_("Number of the other rumour"), min_value=1)


class ReopenForm(forms.Form):
    """New facts."""

    why = forms.CharField(label=_("What is new"), max_length=300)


class OpenForm(forms.Form):
    """A rumour that the desk met itself."""

    text = forms.CharField(
        label=_("What goes round"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "data-grow": ""})
    )


class JudgeForm(forms.Form):
    """One of two buttons, and the rumour on whose page it stands."""

    word = forms.ChoiceField(choices=[("right", "right"), ("wrong", "wrong")])
    number = forms.IntegerField(required=False, min_value=1)

    @property
    def right(self) -> bool:
        return bool(self.cleaned_data["word"] == "right")


class HarmForm(forms.Form):
    """What people may lose, and how soon they may act."""

    harms = forms.MultipleChoiceField(
        label=_("What people may lose who believe it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    urgency = forms.ChoiceField(label=_("How soon they may act on it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["harms"].choices = _choices(Harm)  # type: ignore[attr-defined]
        self.fields["urgency"].choices = _choices(Urgency)  # type: ignore[attr-defined]


class PriorityForm(forms.Form):
    """A person's word over the rule."""

    priority = forms.ChoiceField(label=_("Priority"))
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("The desk sees it beside the priority."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["priority"].choices = _choices(Priority)  # type: ignore[attr-defined]


class PauseForm(forms.Form):
    """Why the clock stands still."""

    reason = forms.ChoiceField(label=_("Why the clock stands still"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = _choices(PauseReason, empty=True)  # type: ignore[attr-defined]


class AskExpertForm(forms.Form):
    """A question to someone who knows."""

    name = forms.CharField(
        label=_("Whom you ask"), max_length=120, help_text=_("As they want to be called; no account is made.")
    )
    question = forms.CharField(
        label=_("Question"),
        help_text=_("They see this question and the claim, never the messages of those who asked."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 2000}),
    )
    due_in = forms.TypedChoiceField(label=_("Answer needed within"), coerce=lambda hours: timedelta(hours=int(hours)))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_in"].choices = [  # type: ignore[attr-defined]
            ("4", _("4 hours")),
            ("24", _("1 day")),
            ("72", _("3 days")),
            ("168", _("7 days")),
        ]


class ExpertAnswerForm(forms.Form):
    """What an expert says."""

    answer = forms.CharField(
        label=_("Your answer"), required=False, widget=forms.Textarea(attrs={"rows": 7, "maxlength": 4000})
    )
    confidence = forms.ChoiceField(
        label=_("How sure are you?"),
        choices=[
            ("certain", _("Certain")),
            ("likely", _("Likely")),
            ("unsure", _("Not sure")),
            ("outside", _("Not my field")),
        ],
        widget=forms.RadioSelect,
    )
    sources = forms.CharField(
        label=_("Where it can be read up"), required=False, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 4000})
    )
    may_be_quoted = forms.BooleanField(label=_("The desk may quote this answer with my name"), required=False)


_WHEN = {"type": "datetime-local"}


class EnquiryForm(forms.Form):
    """A newsroom asked."""

    outlet = forms.CharField(
        label=_("Which newsroom"), max_length=200, help_text=_("The newsroom, never the journalist's name.")
    )
    question = forms.CharField(label=_("What it asks"), widget=forms.Textarea(attrs={"rows": 3, "maxlength": 4000}))
    deadline = forms.DateTimeField(
        label=_("Its deadline"), widget=forms.DateTimeInput(attrs=_WHEN, format="%Y-%m-%dT%H:%M")
    )
    spokesperson_id = forms.TypedChoiceField(label=_("Who speaks"), required=False, coerce=UUID, empty_value=None)
    rumour_number = forms.IntegerField(label=_("Number of the rumour it is about"), required=False, min_value=1)

    def __init__(self, *args: Any, people: Sequence[tuple[UUID, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["spokesperson_id"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((str(key), name) for key, name in people),
        ]


class WordingForm(forms.Form):
    """What we would say, and who says it."""

    wording = forms.CharField(label=_("Our answer"), widget=forms.Textarea(attrs={"rows": 6, "maxlength": 4000}))
    spokesperson_id = forms.TypedChoiceField(label=_("Who speaks"), required=False, coerce=UUID, empty_value=None)
    edit_number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Sequence[tuple[UUID, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["spokesperson_id"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((str(key), name) for key, name in people),
        ]


class DeclineForm(forms.Form):
    """No answer, and why."""

    reason = forms.CharField(label=_("Why no answer is given"), max_length=300)
