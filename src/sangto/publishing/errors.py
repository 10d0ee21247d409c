"""What can go wrong, in words for the person who did it. Nothing is half written when one of these is raised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise

from sangto.publishing.types import Draft


class PublishingError(Exception):
    """The base: `str()` is a sentence in the reader's language."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotFound(PublishingError):
    """There is no such article or version at this desk."""


class NotAllowed(PublishingError, PermissionDenied):
    """This person may not do it; every reason is named."""

    def __init__(self, reasons: Sequence[str | Promise]) -> None:
        super().__init__(reasons[0])
        self.reasons = tuple(reasons)

    def __str__(self) -> str:
        return " ".join(str(reason) for reason in self.reasons)


class WrongState(PublishingError):
    """The version or article is not in a state where this can be done."""


class NotReady(PublishingError):
    """Something is missing before it can go to review."""

    def __init__(self, missing: Sequence[str | Promise]) -> None:
        super().__init__(missing[0])
        self.missing = tuple(missing)

    def __str__(self) -> str:
        return " ".join(str(line) for line in self.missing)


class InvalidText(PublishingError):
    """Some fields cannot be kept as they are; `faults` names each by (language, field)."""

    def __init__(self, faults: Mapping[tuple[str, str], str | Promise]) -> None:
        super().__init__(next(iter(faults.values())))
        self.faults = dict(faults)


class EditConflict(PublishingError):
    """Someone else saved meanwhile. Carries both texts, so that nothing typed is lost."""

    def __init__(self, message: str | Promise, *, theirs: Draft, yours: Draft, edit_number: int) -> None:
        super().__init__(message)
        self.theirs = theirs
        self.yours = yours
        self.edit_number = edit_number
