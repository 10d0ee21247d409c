"""Letters to those who lead a desk, about the desk's own register."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from sangto.network import selectors
from sangto.network.types import DeskInfo


def send_review_reminder(desk: DeskInfo, count: int) -> None:
    """So many yearly reviews draw near. Goes out with the caller's transaction; names stay on the page."""
    for email, language in selectors.leads_of_live_desk(desk.id):
        with translation.override(language):
            link = settings.BASE_URL + reverse("network:collaborators", kwargs={"desk_slug": desk.slug})
            shown = {"count": count, "link": link, "desk_called": desk.name(language)}
            send_mail(
                " ".join(render_to_string("network/email/review_subject.txt", shown).split()),
                render_to_string("network/email/review_message.txt", shown),
                settings.DEFAULT_FROM_EMAIL,
                [email],
            )
