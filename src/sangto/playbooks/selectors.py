"""What may be known of playbooks and of walks through them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, F, OuterRef, Subquery

from sangto.network.selectors import person_names
from sangto.playbooks.models import Choice, PlaybookVersion, Run
from sangto.playbooks.shelf import tree_of
from sangto.playbooks.tree import Kind, Words, outcome_words
from sangto.playbooks.types import ChoiceInfo, PastRun, PlaybookInfo, PlaybookPage, RunInfo, UnknownPlaybook, UnknownRun

_NEWEST = PlaybookVersion.objects.filter(playbook=OuterRef("playbook")).order_by("-number").values("number")[:1]


def _info(version: PlaybookVersion) -> PlaybookInfo:
    tree = tree_of(version.text)
    return PlaybookInfo(
        slug=tree.slug,
        name=tree.name,
        about=tree.about,
        version=version.number,
        published_at=version.published_at,
        steps=len(tree.steps),
        questions=sum(1 for step in tree.steps.values() if step.kind == Kind.QUESTION),
        sources=tree.sources,
    )


def playbooks() -> tuple[PlaybookInfo, ...]:
    """Every playbook in its newest version, in the order in which they were first published."""
    newest = (
        PlaybookVersion.objects.annotate(newest=Subquery(_NEWEST)).filter(number=F("newest")).order_by("playbook_id")
    )
    return tuple(_info(version) for version in newest)


def playbook(slug: str) -> PlaybookPage:
    """The newest version with its tree. Raises UnknownPlaybook."""
    version = PlaybookVersion.objects.filter(playbook__slug=slug).order_by("-number").first()
    if version is None:
        raise UnknownPlaybook(slug)
    return PlaybookPage(_info(version), tree_of(version.text))


def _path(run: Run) -> tuple[ChoiceInfo, ...]:
    tree = tree_of(run.version.text)
    numbers = tree.numbers()
    choices = list(Choice.objects.filter(run_id=run.id).order_by("number"))
    names = person_names({choice.person_id for choice in choices})
    path = []
    for choice in choices:
        step = tree.steps[choice.step]
        option = step.option(choice.option)
        path.append(
            ChoiceInfo(
                number=choice.number,
                step=step.id,
                step_number=numbers[step.id],
                option=choice.option,
                question=step.text,
                answer=option.label if option else Words(choice.option, choice.option),
                is_action=step.kind == Kind.ACTION,
                note=choice.note,
                person_id=choice.person_id,
                person_name=names.get(choice.person_id, ""),
                at=choice.at,
            )
        )
    return tuple(path)


def _run_info(run: Run) -> RunInfo:
    tree = tree_of(run.version.text)
    return RunInfo(
        id=run.id,
        desk_id=run.desk_id,
        subject_kind=run.subject_kind,
        subject_id=run.subject_id,
        slug=tree.slug,
        name=tree.name,
        version=run.version.number,
        newer_version=PlaybookVersion.objects.filter(
            playbook_id=run.version.playbook_id, number__gt=run.version.number
        ).exists(),
        tree=tree,
        step=tree.steps[run.step],
        path=_path(run),
        started_at=run.started_at,
        ended_at=run.ended_at,
        outcome=run.outcome,
    )


def run(run_id: UUID) -> RunInfo:
    """Raises UnknownRun."""
    row = Run.objects.select_related("version").filter(id=run_id).first()
    if row is None:
        raise UnknownRun(str(run_id))
    return _run_info(row)


def run_of(subject_kind: str, subject_id: UUID) -> RunInfo | None:
    """The open walk about the subject; else the one that ended last; None where there was none.

    Whoever asks has checked that the viewer may see the subject.
    """
    row = (
        Run.objects.select_related("version")
        .filter(subject_kind=subject_kind, subject_id=subject_id)
        .order_by(F("ended_at").desc(nulls_first=True), "-id")
        .first()
    )
    return _run_info(row) if row else None


def past_runs(subject_kind: str, subject_id: UUID) -> tuple[PastRun, ...]:
    """The walks about the subject that have ended, the last one first."""
    rows = (
        Run.objects.select_related("version")
        .filter(subject_kind=subject_kind, subject_id=subject_id, ended_at__isnull=False)
        .annotate(made=Count("choices"))
        .order_by("-ended_at", "-id")
    )
    return tuple(
        PastRun(
            id=row.id,
            slug=tree_of(row.version.text).slug,
            name=tree_of(row.version.text).name,
            version=row.version.number,
            started_at=row.started_at,
            ended_at=row.ended_at,
            outcome=row.outcome,
            outcome_words=outcome_words(row.outcome),
            choices=row.made,
        )
        for row in rows
        if row.ended_at is not None
    )
