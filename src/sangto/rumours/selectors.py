"""Reads about rumours. Each takes the desk, or an id that its caller got from one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from sangto.audit.selectors import log_of
from sangto.catalogue.search import search
from sangto.catalogue.selectors import bar_of
from sangto.evidence.selectors import sources
from sangto.intake import selectors as intake
from sangto.intake.types import TipText
from sangto.lib.codes import DocumentKind, RumourState
from sangto.network.clock import desk_now
from sangto.network.rules import may
from sangto.network.selectors import people_of_desk, person_names, publisher_named_in
from sangto.network.types import DeskInfo, Viewer
from sangto.playbooks.selectors import playbooks, run_of
from sangto.rumours import workflow
from sangto.rumours.experts import experts_of
from sangto.rumours.inbox import notes_of, watches
from sangto.rumours.models import ClockPause, Exhibit, Rumour, Sighting, Task
from sangto.rumours.types import (
    AskedTip,
    Board,
    BoardCounts,
    Column,
    ExhibitInfo,
    ProposalsPage,
    RumourInfo,
    RumourPage,
    SimilarRumour,
    TaskInfo,
    UnknownRumour,
)
from sangto.rumours.weighing import weighing

# What a column shows at once; the rest is counted and found by the list.
COLUMN_MAX = 40
ANSWERED_MAX = 12
BOARD_STATES = (
    RumourState.NEW,
    RumourState.TRIAGED,
    RumourState.INVESTIGATING,
    RumourState.IN_REVIEW,
    RumourState.ANSWERED,
)
TIPS_SHOWN = 30
# What a run of a playbook calls the thing it is about.
SUBJECT = "rumour"


def _rows(rows: QuerySet[Rumour]) -> list[RumourInfo]:
    pauses = ClockPause.objects.filter(rumour_id=OuterRef("id"), resumed_at=None)
    found = list(rows.select_related("merged_into").annotate(stands_still=Exists(pauses)))
    names = person_names({row.owner_id for row in found if row.owner_id})
    return [
        RumourInfo(
            id=row.id,
            desk_id=row.desk_id,
            number=row.number,
            state=row.state,
            claim_vi=row.claim_vi,
            claim_en=row.claim_en,
            headline=row.headline,
            lang=row.lang,
            topic=row.topic,
            owner_id=row.owner_id,
            owner_name=names.get(row.owner_id, "") if row.owner_id else "",
            closing_reason=row.closing_reason,
            speaker_kind=row.speaker_kind,
            speaker_office=row.speaker_office,
            involves_publisher=row.involves_publisher,
            not_involved_reason=row.not_involved_reason,
            merged_into_number=row.merged_into.number if row.merged_into else None,
            opened_at=row.opened_at,
            due_at=row.due_at,
            changed_at=row.changed_at,
            edit_number=row.edit_number,
            tips=row.tip_count,
            priority=row.priority,
            score=row.triage_score,
            tips_per_hour=row.tips_per_hour,
            harms=tuple(row.harms),
            warn_at=row.warn_at,
            met=row.clock_met_at is not None,
            stands_still=row.stands_still,
        )
        for row in found
    ]


def rumour(rumour_id: UUID) -> RumourInfo:
    """One rumour by id; UnknownRumour where there is none."""
    rows = _rows(Rumour.objects.filter(id=rumour_id))
    if not rows:
        raise UnknownRumour
    return rows[0]


def rumour_by_number(desk: DeskInfo, number: int) -> RumourInfo:
    """One rumour of the desk by its number."""
    rows = _rows(Rumour.objects.filter(desk_id=desk.id, number=number))
    if not rows:
        raise UnknownRumour
    return rows[0]


def info_rows(desk: DeskInfo, numbers: Collection[int]) -> list[RumourInfo]:
    """These of the desk; two questions."""
    return _rows(Rumour.objects.filter(desk_id=desk.id, number__in=numbers)) if numbers else []


def rumours(ids: Collection[UUID]) -> dict[UUID, RumourInfo]:
    return {row.id: row for row in _rows(Rumour.objects.filter(id__in=ids))}


def board(desk: DeskInfo) -> Board:
    """The desk at a glance: what waits first, by the desk's clock. As many questions for ten as for ten thousand."""
    counts = dict(
        Rumour.objects.filter(desk_id=desk.id, state__in=BOARD_STATES).values_list("state").annotate(n=Count("id"))
    )
    columns = {state: _column_ids(desk, state) for state in BOARD_STATES}
    shown = {
        row.id: row for row in _rows(Rumour.objects.filter(id__in=[id_ for ids in columns.values() for id_ in ids]))
    }
    return Board(
        columns=tuple(
            Column(
                state=state,
                rumours=tuple(shown[id_] for id_ in ids if id_ in shown and shown[id_].state == state),
                count=counts.get(state, 0),
            )
            for state, ids in columns.items()
        ),
        now=desk_now(desk),
    )


def _column_ids(desk: DeskInfo, state: RumourState) -> list[UUID]:
    """By an index alone, in the order of the column."""
    waiting = state != RumourState.ANSWERED
    rows = Rumour.objects.filter(desk_id=desk.id, state=state).order_by("due_at" if waiting else "-changed_at")
    return list(rows.values_list("id", flat=True)[: COLUMN_MAX if waiting else ANSWERED_MAX])


def board_counts(desk: DeskInfo) -> BoardCounts:
    """What stands above the columns."""
    now = desk_now(desk)
    late = Rumour.objects.filter(desk_id=desk.id, state__in=[state.value for state in workflow.OPEN], due_at__lt=now)
    return BoardCounts(overdue=late.count(), tips_today=intake.tips_since(desk, now - timedelta(days=1)))


def exhibits_of(rumour_id: UUID) -> tuple[ExhibitInfo, ...]:
    """The evidence about the claim, in the order in which it was added."""
    rows = list(Exhibit.objects.filter(rumour_id=rumour_id))
    found = sources({row.source_id for row in rows})
    return tuple(
        ExhibitInfo(
            id=row.id,
            source_id=row.source_id,
            stance=row.stance,
            quality=row.quality,
            passage=row.passage,
            translation=row.translation,
            lang=found[row.source_id].lang,
            seen_on=row.seen_on,
            url=found[row.source_id].url,
            title=found[row.source_id].title,
            organisation=found[row.source_id].organisation,
            published_on=found[row.source_id].published_on,
            is_own=found[row.source_id].is_own,
        )
        for row in rows
    )


def tip_ids(rumour_id: UUID) -> list[UUID]:
    return list(Sighting.objects.filter(rumour_id=rumour_id).order_by("at", "id").values_list("tip_id", flat=True))


def rumour_page(desk: DeskInfo, number: int, viewer: Viewer) -> RumourPage:
    """Everything the rumour's page shows to this viewer; UnknownRumour where the desk has no such number."""
    info = rumour_by_number(desk, number)
    ids = tip_ids(info.id)
    texts = tuple(intake.tip_texts(ids[:TIPS_SHOWN]))
    may_work = may(viewer, "rumours.work", desk)
    is_open = info.state in workflow.OPEN
    log = tuple(reversed(log_of("rumour", info.id)))
    tasks = list(Task.objects.filter(rumour_id=info.id).order_by("done_at", "created_at"))
    names = person_names(
        {line.actor_id for line in log if line.actor_id} | {task.assignee_id for task in tasks if task.assignee_id}
    )
    words = " ".join([info.claim_vi, info.claim_en, *(text.text for text in texts[:5])])
    return RumourPage(
        rumour=info,
        now=desk_now(desk),
        tips=_asked(texts),
        more_tips=max(0, len(ids) - len(texts)),
        exhibits=exhibits_of(info.id),
        tasks=tuple(
            TaskInfo(
                id=task.id,
                kind=task.kind,
                note=task.note,
                assignee_name=names.get(task.assignee_id, "") if task.assignee_id else "",
                due_at=task.due_at,
                done_at=task.done_at,
            )
            for task in tasks
        ),
        weighing=weighing(info.id),
        notes=notes_of(info.id),
        watching=watches(info.id, viewer),
        people=tuple((row.id, row.name) for row in people_of_desk(desk) if row.is_active) if may_work else (),
        may_note=may(viewer, "articles.review", desk),
        experts=experts_of(info.id, may_work=may_work),
        run=run_of(SUBJECT, info.id),
        playbooks=tuple(playbooks()),
        log=log,
        actors=names,
        similar=_similar(desk, info) if is_open and may_work else (),
        names_publisher=tuple(publisher_named_in(words)),
        verbs=workflow.verbs_from(info.state),
        may_work=may_work,
        may_run=may(viewer, "playbooks.run", desk) and is_open,
    )


def proposals_page(desk: DeskInfo, viewer: Viewer) -> ProposalsPage:
    """What the machine answered or suggested, and nobody has said a word about, newest first."""
    return ProposalsPage(
        tips=_asked(intake.unjudged(desk, TIPS_SHOWN)),
        now=desk_now(desk),
        careful=bar_of(desk).careful,
        may_work=may(viewer, "rumours.work", desk),
    )


def _asked(texts: Sequence[TipText]) -> tuple[AskedTip, ...]:
    found = intake.proposals([text.id for text in texts])
    return tuple(AskedTip(text, found.get(text.id, ())) for text in texts)


def _similar(desk: DeskInfo, info: RumourInfo) -> tuple[SimilarRumour, ...]:
    result = search(desk=desk, text=info.claim(info.lang), lang=info.lang, kind=DocumentKind.OPEN, top=4)
    if result.decision == "none":
        return ()
    others = [hit for hit in result.hits if hit.document.object_id != info.id]
    rows = {row.id: row for row in _rows(Rumour.objects.filter(id__in=[hit.document.object_id for hit in others]))}
    return tuple(
        SimilarRumour(
            number=rows[hit.document.object_id].number,
            claim=rows[hit.document.object_id].claim(info.lang),
            probability=hit.probability,
        )
        for hit in others
        if hit.document.object_id in rows and rows[hit.document.object_id].state in workflow.OPEN
    )


def rumour_of_tip(tip_id: UUID) -> UUID | None:
    return Sighting.objects.filter(tip_id=tip_id).values_list("rumour_id", flat=True).first()
