"""Shifts as an iCalendar feed, for the calendar that people already look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from sangto.network.types import DutyShift

# How often a calendar asks again; what they do is theirs to decide.
ASK_AGAIN = dt.timedelta(hours=1)


def feed(shifts: Iterable[DutyShift], *, title: str, lang: str, with_names: bool) -> bytes:
    """One event a shift, its id the same for ever, so that a swap or a cancelling changes the event that is there.

    A person's own calendar names no colleague; that of a desk says who serves.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Sang To//duty//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for shift in shifts:
        event = Event()
        event.add("uid", f"{shift.id}@sangto")
        event.add("dtstamp", shift.changed_at.astimezone(dt.UTC))
        event.add("last-modified", shift.changed_at.astimezone(dt.UTC))
        event.add("dtstart", shift.starts_at.astimezone(dt.UTC))
        event.add("dtend", shift.ends_at.astimezone(dt.UTC))
        event.add("sequence", shift.revision)
        event.add("status", "CANCELLED" if shift.called_off else "CONFIRMED")
        role, desk = shift.code.label(lang), shift.desk.name(lang)
        summary = _("Duty: %(role)s, %(desk)s") % {"role": role, "desk": desk}
        event.add("summary", f"{shift.name} · {summary}" if with_names else summary)
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
