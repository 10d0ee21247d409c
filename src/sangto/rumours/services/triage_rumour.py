"""How soon a rumour needs an answer: worked out as messages come, and an editor's word over it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from sangto.audit.types import SYSTEM
from sangto.lib.cleaning import clean_line
from sangto.lib.codes import Harm, Priority, Urgency
from sangto.matching.checkable import cheap
from sangto.network.clock import desk_now
from sangto.network.types import Viewer
from sangto.rumours import workflow
from sangto.rumours.models import Rumour, Sighting
from sangto.rumours.services import run_clock
from sangto.rumours.services.common import check, locked, log, person_of, touch
from sangto.rumours.triage import Facts, guess_harms, guess_urgency, places_in, triage
from sangto.rumours.types import RumourProblem

FIELDS: Final = (
    "harms",
    "urgency",
    "checkability",
    "places",
    "tips_per_hour",
    "triage_rule",
    "triage_score",
    "triage_parts",
    "triaged_at",
    "priority",
)
HOUR: Final = dt.timedelta(hours=1)
# A rumour of many messages changes little by one more: it is looked at again when a tenth more have come.
EACH_UP_TO: Final = 20
# As long as the last message is so young, its speed may still change; all the others are looked at for their age.
LOUD_FOR: Final = 2 * HOUR
LOOK_AGAIN_AFTER: Final = 6 * HOUR
BATCH: Final = 500
REASON_MAX: Final = 300
TEXT_MAX: Final = 4_000
PLACES_MOST: Final = 64


def read_text(rumour: Rumour, text: str) -> None:
    """What words of a message, or the claim, give away: harms, urgency, places. A person's word stands over guesses."""
    text = text[:TEXT_MAX]
    if not rumour.harms_by_person:
        rumour.harms = sorted({*rumour.harms, *(harm.value for harm in guess_harms(text))})
    if not rumour.urgency_by_person:
        order = Urgency.values()
        rumour.urgency = min(rumour.urgency, guess_urgency(text).value, key=order.index)
    rumour.places = sorted({*rumour.places, *places_in(text)})[:PLACES_MOST]
    if text:
        rumour.checkability = max(cheap([text])[0], rumour.checkability or 0.0)


def read_claim(rumour: Rumour) -> None:
    """The claim says better than any message whether evidence can settle it."""
    claim = rumour.claim_vi or rumour.claim_en
    if claim:
        read_text(rumour, claim)
        rumour.checkability = cheap([claim])[0]


def is_worth_a_look(rumour: Rumour) -> bool:
    """Whether the message just counted may change anything."""
    return rumour.tip_count <= EACH_UP_TO or rumour.tip_count % (rumour.tip_count // 10) == 0


def assess(rumour: Rumour, *, now: dt.datetime, in_last_hour: int | None = None) -> bool:
    """Apply the rule; True where that changed the priority, and then the clock is set anew. The caller saves both."""
    if in_last_hour is None:
        in_last_hour = rumour.sightings.filter(at__gt=now - HOUR).count()
    rumour.tips_per_hour = float(in_last_hour)
    made = triage(
        Facts(
            tips=max(1, rumour.tip_count),
            tips_per_hour=rumour.tips_per_hour,
            doors=max(1, len(rumour.doors)),
            places=len(rumour.places),
            harms=frozenset(Harm(code) for code in rumour.harms if code in Harm.values()),
            urgency=Urgency(rumour.urgency),
            checkability=rumour.checkability,
            age_hours=(now - rumour.opened_at) / HOUR,
            quiet_hours=(now - (rumour.last_tip_at or rumour.opened_at)) / HOUR,
        )
    )
    rumour.triage_rule, rumour.triage_score = made.rule, made.score
    rumour.triage_parts = [part.as_data() for part in made.parts]
    rumour.triaged_at = now
    if rumour.priority_by_id is not None or made.priority == rumour.priority:
        return False
    _set(rumour, made.priority)
    return True


def judge_triage(*, rumour_id: UUID, viewer: Viewer, harms: Collection[str], urgency: str) -> None:
    """A person says what people may lose and how soon they may act; from then on nothing is guessed."""
    if not set(harms) <= set(Harm.values()) or urgency not in Urgency.values():
        raise RumourProblem(_("Choose from the list what people may lose and how soon they may act on it."), "harms")
    with transaction.atomic():
        rumour = _open(rumour_id, viewer)
        rumour.harms, rumour.harms_by_person = sorted(set(harms)), True
        rumour.urgency, rumour.urgency_by_person = urgency, True
        assess(rumour, now=desk_now(rumour.desk_id))
        touch(rumour, *FIELDS, *run_clock.FIELDS, "harms_by_person", "urgency_by_person")
        log(rumour, viewer.actor, "triage_judged", {"harms": sorted(set(harms)), "urgency": urgency})


def set_priority(*, rumour_id: UUID, viewer: Viewer, priority: str, reason: str) -> None:
    """An editor's word over the rule, with a reason that the desk sees."""
    if priority not in Priority.values():
        raise RumourProblem(_("Choose a priority."), "priority")
    why = clean_line(reason)[:REASON_MAX]
    if not why:
        raise RumourProblem(_("Say why: whoever comes after you will want to know."), "reason")
    with transaction.atomic():
        rumour = _open(rumour_id, viewer)
        before = rumour.priority
        rumour.priority_by_id, rumour.priority_reason = person_of(viewer), why
        if priority != before:
            _set(rumour, Priority(priority))
        touch(rumour, "priority", "priority_by_id", "priority_reason", *run_clock.FIELDS)
        log(rumour, viewer.actor, "priority_set", {"from": before, "to": priority})


def clear_priority(*, rumour_id: UUID, viewer: Viewer) -> None:
    """The rule decides again."""
    with transaction.atomic():
        rumour = _open(rumour_id, viewer)
        if rumour.priority_by_id is None:
            return
        before = rumour.priority
        rumour.priority_by_id, rumour.priority_reason = None, ""
        assess(rumour, now=desk_now(rumour.desk_id))
        touch(rumour, "priority_by_id", "priority_reason", *FIELDS, *run_clock.FIELDS)
        log(rumour, viewer.actor, "priority_cleared", {"from": before, "to": rumour.priority})


def refresh_triage() -> int:
    """What changes by itself, the speed and the age, for every open rumour that it may change; gives how many.

    In batches, with a constant number of questions each. A row in someone's hands is left for the next turn.
    """
    done = 0
    rows = Rumour.objects.filter(state__in=[state.value for state in workflow.OPEN])
    for desk_id in rows.order_by().values_list("desk_id", flat=True).distinct():
        now = desk_now(desk_id)
        stale = (
            Q(triaged_at=None)
            | Q(triaged_at__lt=now - LOOK_AGAIN_AFTER)
            | Q(tips_per_hour__gt=0)
            | Q(last_tip_at__gt=now - LOUD_FOR)
        )
        last: UUID | None = None
        while ids := _next_ids(rows.filter(stale, desk_id=desk_id), last):
            done += _refresh(ids, now)
            last = ids[-1]
    return done


def _next_ids(rows: QuerySet[Rumour], last: UUID | None) -> Sequence[UUID]:
    after = rows.filter(id__gt=last) if last else rows
    return list(after.order_by("id").values_list("id", flat=True)[:BATCH])


def _refresh(ids: Sequence[UUID], now: dt.datetime) -> int:
    with transaction.atomic():
        found = list(Rumour.objects.select_for_update(skip_locked=True, of=("self",)).filter(id__in=ids).order_by("id"))
        counts = dict(
            Sighting.objects.filter(rumour_id__in=ids, at__gt=now - HOUR)
            .order_by()
            .values_list("rumour_id")
            .annotate(n=Count("id"))
        )
        changed = [(rumour, rumour.priority) for rumour in found]
        for rumour in found:
            if not rumour.clock_rule:
                # Opened by a version that had no clocks.
                run_clock.start_clock(rumour)
            assess(rumour, now=now, in_last_hour=counts.get(rumour.id, 0))
        Rumour.objects.bulk_update(found, [*FIELDS, *run_clock.FIELDS], batch_size=BATCH)
        for rumour, before in changed:
            if rumour.priority != before:
                log(rumour, SYSTEM, "priority_changed", {"from": before, "to": rumour.priority})
    return len(found)


def _open(rumour_id: UUID, viewer: Viewer) -> Rumour:
    rumour = locked(rumour_id)
    check(viewer, "rumours.work", rumour.desk_id)
    if rumour.state not in workflow.OPEN:
        raise workflow.NotNow("triage", rumour.state)
    return rumour


def _set(rumour: Rumour, priority: Priority) -> None:
    if rumour.clock_started_at is None or rumour.clock_met_at is not None:
        rumour.priority = priority
        return
    run_clock.rewind_clock(rumour, priority)
