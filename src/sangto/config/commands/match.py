"""`sangto match tune`: how sure the machine must be at a desk, shown by what its askers and editors said."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from sangto.config.commands.common import Subparsers, data_dir_option, database, json_option
from sangto.config.terminal import EXIT_FAILED, give, give_json, say

if TYPE_CHECKING:
    from sangto.audit.types import Actor
    from sangto.network.types import DeskInfo

# Wrong labels that are worth a second look: the first few keep the threshold up.
DOUBTS = 10


class NotPossible(Exception):
    """The command cannot do it; the message says why and what to do."""


def add(commands: Subparsers) -> None:
    match = commands.add_parser("match", help="how sure the machine must be before it answers")
    actions = match.add_subparsers(dest="action", required=True, metavar="ACTION")
    tune = actions.add_parser(
        "tune",
        help="what the desk's labels show: recall, wrong answers, a reliability diagram",
        description="Shows what the labels of a desk say; nothing is changed without --apply or --take-back.",
    )
    tune.set_defaults(run=run)
    tune.add_argument("--desk", metavar="SLUG", help="the desk (default: the one that the ask page writes to)")
    change = tune.add_mutually_exclusive_group()
    change.add_argument("--apply", action="store_true", help="let the desk answer as its labels say")
    change.add_argument("--take-back", action="store_true", help="let it answer as before its newest tuning")
    tune.add_argument("--by", metavar="EMAIL", help="who decides it, for the log: someone who leads the desk")
    data_dir_option(tune)
    json_option(tune)


def run(arguments: argparse.Namespace) -> int:
    with database(arguments):
        try:
            result = _tune(arguments)
        except NotPossible as problem:
            say(f"sangto match tune: {problem}")
            return EXIT_FAILED
    if arguments.json:
        give_json(result)
    return 0


def _tune(arguments: argparse.Namespace) -> dict[str, Any]:
    from sangto.catalogue import selectors
    from sangto.matching.tuning_text import as_text

    desk = _desk(arguments.desk)
    actor = _actor(arguments.by, desk)
    found = selectors.tuned(desk)
    counts = selectors.label_counts(desk)
    give(f"Desk {desk.slug}: {counts.by_asker} labels by askers, {counts.by_editor} by editors.")
    if counts.of_other_engines:
        give(f"{counts.of_other_engines} more are of an older engine and do not count: its probabilities were others.")
    give(as_text(found))
    doubts = _doubts(desk)
    if doubts:
        give("Called wrong although the machine was sure; a tap by mistake is corrected there:")
        for doubt in doubts:
            give(f"  rumour {doubt['rumour']}, probability {doubt['probability']:.3f}, said by an {doubt['said_by']}")
    changed = _change(arguments, desk, actor)
    held = selectors.tuning_of(desk)
    # Read again: a change can have ended or begun careful mode.
    bar = selectors.bar_of(_desk(desk.slug))
    return {
        "desk": desk.slug,
        "desk_kind": desk.kind,
        "by_asker": counts.by_asker,
        "by_editor": counts.by_editor,
        "of_other_engines": counts.of_other_engines,
        **found.as_json(),
        "doubts": doubts,
        "changed": changed,
        "tuning": held.number if held else None,
        "careful": bar.careful,
        "answer_at": bar.answer_at,
    }


def _doubts(desk: DeskInfo) -> list[dict[str, Any]]:
    """The wrong labels of highest probability, by the rumour at whose page their message stands."""
    from sangto.catalogue.selectors import wrong_labels
    from sangto.rumours.selectors import rumour, rumour_of_tip

    found: list[dict[str, Any]] = []
    for label in wrong_labels(desk, DOUBTS):
        rumour_id = rumour_of_tip(label.tip_id)
        if rumour_id is not None:
            found.append(
                {
                    "rumour": rumour(rumour_id).number,
                    "probability": round(label.probability, 4),
                    "said_by": label.said_by,
                }
            )
    return found


def _change(arguments: argparse.Namespace, desk: DeskInfo, actor: Actor) -> str | None:
    from sangto.catalogue import services
    from sangto.catalogue.types import NothingToApply, NothingToTakeBack

    if arguments.apply:
        try:
            number = services.apply_tuning(desk=desk, actor=actor)
        except NothingToApply:
            give("Nothing was stored: the labels ask for no change.")
            return None
        give(f"Stored as tuning {number} of {desk.slug}. `sangto match tune --take-back` undoes it.")
        return "applied"
    if arguments.take_back:
        try:
            number = services.take_back_tuning(desk=desk, actor=actor)
        except NothingToTakeBack as nothing:
            raise NotPossible(f"{desk.slug} has no tuning to take back. Nothing was changed.") from nothing
        give(f"Tuning {number} of {desk.slug} is taken back; the desk answers as before it.")
        return "taken_back"
    return None


def _desk(slug: str | None) -> DeskInfo:
    from sangto.network import selectors
    from sangto.network.types import NotSetUp, UnknownDesk

    try:
        return selectors.desk_by_slug(slug) if slug else selectors.default_desk()
    except UnknownDesk as unknown:
        raise NotPossible(f"there is no desk {slug!r}. Its name is in the address of its board.") from unknown
    except NotSetUp as absent:
        raise NotPossible(f"{absent}. Run `sangto setup` first.") from absent


def _actor(email: str | None, desk: DeskInfo) -> Actor:
    from sangto.audit.types import SYSTEM
    from sangto.network import selectors
    from sangto.network.rules import may

    if email is None:
        return SYSTEM
    person_id = selectors.person_by_email(email)
    if person_id is None:
        raise NotPossible(f"nobody here has the address {email}. Nothing was changed.")
    try:
        viewer = selectors.viewer_of_person(person_id)
    except LookupError as left:
        raise NotPossible(f"{email} has no sign-in any more. Nothing was changed.") from left
    if not may(viewer, "network.manage", desk):
        raise NotPossible(f"{email} does not lead the desk {desk.slug}. Nothing was changed.")
    return viewer.actor
