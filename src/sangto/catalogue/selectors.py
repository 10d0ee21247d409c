"""Reads of the catalogue."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Count, Q

from sangto.audit.selectors import head
from sangto.catalogue import engine
from sangto.catalogue.models import Document, IndexBuild, Label, Tuning
from sangto.catalogue.types import (
    Bar,
    DocumentInfo,
    EvidenceLine,
    IndexState,
    LabelCounts,
    SaidBy,
    TuningInfo,
    WrongLabel,
)
from sangto.matching import tuning
from sangto.network.types import DeskInfo


def _info(row: Document) -> DocumentInfo:
    return DocumentInfo(
        id=row.id,
        kind=row.kind,
        object_id=row.object_id,
        desk_id=row.desk_id,
        lang=row.lang,
        url=row.url,
        claim=row.claim,
        title=row.title,
        short_answer=row.short_answer,
        verdict=row.verdict,
        topic=row.topic,
        version=row.version,
        evidence=tuple(EvidenceLine(**line) for line in row.evidence),
        withdrawn_at=row.withdrawn_at,
    )


def documents(ids: Collection[UUID]) -> dict[UUID, DocumentInfo]:
    """The documents with these ids, withdrawn ones too (a reply must stay readable)."""
    return {row.id: _info(row) for row in Document.objects.filter(id__in=ids)}


def document(document_id: UUID) -> DocumentInfo | None:
    row = Document.objects.filter(id=document_id).first()
    return _info(row) if row else None


def document_of(object_id: UUID, lang: str, *, kind: str = "answer") -> DocumentInfo | None:
    """The object's document in this language, else in any other."""
    rows = list(Document.objects.filter(kind=kind, object_id=object_id, withdrawn_at=None))
    rows.sort(key=lambda row: row.lang != lang)
    return _info(rows[0]) if rows else None


def documents_of(object_ids: Collection[UUID], *, kind: str) -> dict[UUID, list[DocumentInfo]]:
    """What stands for these objects, in every language."""
    found: dict[UUID, list[DocumentInfo]] = {}
    for row in Document.objects.filter(kind=kind, object_id__in=object_ids, withdrawn_at=None):
        found.setdefault(row.object_id, []).append(_info(row))
    return found


def index_states() -> list[IndexState]:
    """Each index of each host, and how many events it has not seen yet."""
    last = head()
    return [
        IndexState(
            name=f"{build.host}/{build.name}",
            position=build.position,
            documents=build.documents,
            behind=max(0, last - build.position),
        )
        for build in IndexBuild.objects.order_by("host", "name")
    ]


def bar_of(desk: DeskInfo) -> Bar:
    """How sure the machine must be at this desk: as its newest tuning says, while that is about the present engine.

    Of another engine the desk's labels show nothing, so that a tuned desk is careful until they do.
    """
    held = tuning_of(desk)
    if held is None:
        return Bar(careful=desk.careful, answer_at=None)
    if held.engine != engine.mark():
        return Bar(careful=True, answer_at=None)
    return Bar(careful=desk.careful or held.careful, answer_at=held.answer_at)


def tuning_of(desk: DeskInfo) -> TuningInfo | None:
    """The tuning that stands: the newest that was not taken back."""
    row = Tuning.objects.filter(desk_id=desk.id, taken_back_at=None).order_by("-number").first()
    return _tuning(row) if row else None


def tunings_of(desk: DeskInfo) -> list[TuningInfo]:
    """All that were ever applied, newest first, those taken back too."""
    return [_tuning(row) for row in Tuning.objects.filter(desk_id=desk.id).order_by("-number")]


def _tuning(row: Tuning) -> TuningInfo:
    return TuningInfo(
        id=row.id,
        number=row.number,
        careful=row.careful,
        answer_at=row.answer_at,
        engine=row.engine,
        step=row.step,
        figures=row.figures,
        was_careful=row.was_careful,
        by_kind=row.by_kind,
        by_id=row.by_id,
        at=row.at,
        taken_back_at=row.taken_back_at,
    )


def tuned(desk: DeskInfo) -> tuning.Tuned:
    """What the desk's own labels show now, against how it answers now."""
    rows = Label.objects.filter(desk_id=desk.id, engine=engine.mark(), stands=True, rank=1)
    labels = [
        tuning.Label(probability, right, blocked=blocked, copy=copy, had_match=had_match, nth=nth)
        for probability, right, blocked, copy, had_match, nth in rows.values_list(
            "probability", "right", "blocked", "copy", "had_match", "nth"
        )
    ]
    bar = bar_of(desk)
    answer_at = engine.shipped_answer_at() if bar.answer_at is None else bar.answer_at
    return tuning.tune(labels, tuning.Standing(bar.careful, answer_at))


def wrong_labels(desk: DeskInfo, limit: int) -> list[WrongLabel]:
    """Those that keep the threshold up, the most probable first, while their messages are still there."""
    rows = Label.objects.filter(desk_id=desk.id, engine=engine.mark(), stands=True, rank=1, right=False, blocked=False)
    found = rows.exclude(tip_id=None).order_by("-probability", "id").values_list("tip_id", "said_by", "probability")
    return [WrongLabel(tip_id, said_by, probability) for tip_id, said_by, probability in found[:limit] if tip_id]


def label_counts(desk: DeskInfo) -> LabelCounts:
    """Of the labels that stand, on what was ranked first."""
    rows = Label.objects.filter(desk_id=desk.id, stands=True, rank=1)
    ours = Q(engine=engine.mark())
    counts = rows.aggregate(
        by_asker=Count("id", filter=ours & Q(said_by=SaidBy.ASKER)),
        by_editor=Count("id", filter=ours & Q(said_by=SaidBy.EDITOR)),
        of_other_engines=Count("id", filter=~ours),
    )
    return LabelCounts(**counts)
