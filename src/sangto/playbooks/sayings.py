"""What a step asks for, in the reader's words."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangto.playbooks.tree import Needs


def evidence_said(needs: Needs) -> str:
    """ "2 sources; 1 source that is not ours": how many exhibits, of which kind."""
    parts = (
        ngettext("%(count)d source", "%(count)d sources", needs.at_least) % {"count": needs.at_least}
        if needs.at_least
        else "",
        ngettext("%(count)d source that is not ours", "%(count)d sources that are not ours", needs.independent)
        % {"count": needs.independent}
        if needs.independent
        else "",
        ngettext("%(count)d primary source", "%(count)d primary sources", needs.primary) % {"count": needs.primary}
        if needs.primary
        else "",
    )
    return "; ".join(part for part in parts if part)


def span_said(span: timedelta) -> str:
    """A time as a playbook says it: days, hours or minutes, whichever is whole."""
    minutes = round(span.total_seconds() / 60)
    if minutes % (24 * 60) == 0:
        return ngettext("%(count)d day", "%(count)d days", minutes // (24 * 60)) % {"count": minutes // (24 * 60)}
    if minutes % 60 == 0:
        return _("%(count)d h") % {"count": minutes // 60}
    return _("%(count)d min") % {"count": minutes}
