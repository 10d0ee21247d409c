"""What may be known of playbooks and of walks through them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, Subquery

from sangto.lib.codes import DeskKind
from sangto.lib.said import Words
from sangto.network.clock import desk_now
from sangto.network.selectors import person_names
from sangto.playbooks.facts import FACTS
from sangto.playbooks.models import Choice, PlaybookVersion, Run
from sangto.playbooks.shelf import tree_of
from sangto.playbooks.subjects import facts_of
from sangto.playbooks.tree import ChosenBy, Kind, outcome_words
from sangto.playbooks.types import (
    ChoiceInfo,
    ComparisonPage,
    Coverage,
    PastRun,
    PlaybookInfo,
    PlaybookPage,
    RunInfo,
    UnknownPlaybook,
    UnknownRun,
)

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


def playbook(slug: str, number: int | None = None) -> PlaybookPage:
    """The newest version with its tree, or that of a number. Raises UnknownPlaybook."""
    versions = tuple(
        PlaybookVersion.objects.filter(playbook__slug=slug).order_by("-number").values_list("number", "published_at")
    )
    wanted = number if number is not None else versions[0][0] if versions else 0
    version = PlaybookVersion.objects.filter(playbook__slug=slug, number=wanted).first()
    if version is None:
        raise UnknownPlaybook(slug)
    return PlaybookPage(_info(version), tree_of(version.text), versions)


def compared(slug: str, old: int, new: int) -> ComparisonPage:
    """Two versions side by side. Raises UnknownPlaybook."""
    return ComparisonPage(playbook(slug, old), playbook(slug, new))


def coverage(slug: str, *, desk_id: UUID | None = None) -> Coverage:
    """How often each way of the newest version was taken, whichever version it was walked by.

    A way that an older version had too counts where its step and its name are the same. With a desk, only what was
    walked there. Two queries, however many walks there were. Raises UnknownPlaybook.
    """
    page = playbook(slug)
    of_playbook = Q(version__playbook__slug=slug)
    if desk_id is not None:
        of_playbook &= Q(desk_id=desk_id)
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    taken = Choice.objects.filter(of_playbook).order_by().values_list("step", "option", "desk_kind")
    for step, option, kind, times in taken.annotate(times=Count("id")):
        live, drill = counts.get((step, option), (0, 0))
        counts[step, option] = (live + times, drill) if kind == DeskKind.LIVE else (live, drill + times)
    runs = dict(Run.objects.filter(of_playbook).order_by().values_list("desk_kind").annotate(runs=Count("id")))
    return Coverage(page, counts, runs.get(DeskKind.LIVE, 0), runs.get(DeskKind.DRILL, 0))


def _path(run: Run) -> tuple[ChoiceInfo, ...]:
    choices = list(Choice.objects.filter(run_id=run.id).select_related("version").order_by("number"))
    names = person_names({choice.person_id for choice in choices if choice.person_id})
    path = []
    for choice in choices:
        # By the text of its time: the walk may have been moved since.
        tree = tree_of(choice.version.text)
        numbers = tree.numbers()
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
                kind=step.kind,
                note=choice.note,
                by=ChosenBy(choice.by),
                person_id=choice.person_id,
                person_name=names.get(choice.person_id, "") if choice.person_id else "",
                saw=tuple(
                    (Words(fact.vi, fact.en), choice.facts[name])
                    for name, fact in FACTS.items()
                    if name in choice.facts
                ),
                at=choice.at,
            )
        )
    return tuple(path)


def _run_info(run: Run) -> RunInfo:
    tree = tree_of(run.version.text)
    step = tree.steps[run.step]
    lacks = step.needs.missing(facts_of(run.subject_kind, run.subject_id)) if step.needs else None
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
        step=step,
        path=_path(run),
        started_at=run.started_at,
        step_since=run.step_since,
        target_at=run.target_at,
        wait_until=run.wait_until,
        is_late=run.target_at is not None and run.target_at < desk_now(run.desk_id),
        lacks=lacks,
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
