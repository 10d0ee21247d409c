"""What other rooms and the pages learn of delivery: never an address."""

from __future__ import annotations

from enum import StrEnum


class InvalidAddress(ValueError):
    """This is no e-mail address that mail can be sent to. The exception never carries the address."""


class DrillRefused(ValueError):
    """A drill never sends anything to anyone."""


class UnknownToken(LookupError):
    """The link was not signed here."""


class Outcome(StrEnum):
    """What became of one attempt to send."""

    SENT = "sent"
    LATER = "later"
    FAILED = "failed"
    OPTED_OUT = "opted_out"
    KEY_GONE = "key_gone"
    # Already settled, not yet due, or another worker has it in hand.
    NOTHING_TO_DO = "nothing_to_do"
