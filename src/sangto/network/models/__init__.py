"""The publisher, its people and places, its desks, and who is on duty there."""

from sangto.network.models.charters import Agreement, Charter, Collaborator
from sangto.network.models.desks import Desk, DeskRow
from sangto.network.models.duty import CalendarLink, Leave, Shift, Swap
from sangto.network.models.organisation import Publisher, Site, Unit, UnitHours
from sangto.network.models.people import (
    Expertise,
    Guest,
    Invitation,
    Person,
    PersonLanguage,
    PersonManager,
    Role,
    Skill,
    SkillTag,
)

__all__ = [
    "Agreement",
    "CalendarLink",
    "Charter",
    "Collaborator",
    "Desk",
    "DeskRow",
    "Expertise",
    "Guest",
    "Invitation",
    "Leave",
    "Person",
    "PersonLanguage",
    "PersonManager",
    "Publisher",
    "Role",
    "Shift",
    "Site",
    "Skill",
    "SkillTag",
    "Swap",
    "Unit",
    "UnitHours",
]
