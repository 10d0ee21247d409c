"""The tables of rumours: the claim with its evidence, the work on it, its clock, the press, and what pages remember."""

from sangto.rumours.models.clock import ClockEvent, ClockPause
from sangto.rumours.models.pages import Draft, Presence, SavedView
from sangto.rumours.models.press import Enquiry
from sangto.rumours.models.rumour import Exhibit, Rumour, Sighting
from sangto.rumours.models.work import ExpertRequest, Mention, Note, RumourLink, Task, Watch

__all__ = [
    "ClockEvent",
    "ClockPause",
    "Draft",
    "Enquiry",
    "Exhibit",
    "ExpertRequest",
    "Mention",
    "Note",
    "Presence",
    "Rumour",
    "RumourLink",
    "SavedView",
    "Sighting",
    "Task",
    "Watch",
]
