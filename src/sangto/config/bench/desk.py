"""A desk to measure: its people, and answers published the whole way, through the services.

Django has to be set up before this is imported; `python -m sangto.config.bench desk` does it.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sangto.audit.types import SYSTEM
from sangto.config.bench.names import EDITOR, PASSWORD, REVIEWER, SLUG
from sangto.config.bench.texts import Subject, subject
from sangto.lib.codes import RoleCode, RumourState
from sangto.network import selectors as network
from sangto.network import services as network_services
from sangto.publishing import services as publishing
from sangto.publishing.definitions import CHECKLIST_CODES
from sangto.publishing.selectors.desk import article_of_rumour, editor_page, review_page
from sangto.publishing.types import Draft, TextFields
from sangto.rumours import selectors as rumours
from sangto.rumours import services as rumour_services

__all__ = ["EDITOR", "PASSWORD", "REVIEWER", "SLUG", "make", "publish"]


def make(answers: int) -> None:
    """The publisher, one live desk out of careful mode, an editor, a reviewer, and that many published answers."""
    network_services.create_publisher(name_vi="Phòng đo lường", name_en="Measuring room", actor=SYSTEM)
    unit_id = network_services.create_unit(name_vi="Phòng đo lường", name_en="Measuring room", actor=SYSTEM)
    desk_id = network_services.create_desk(
        unit_id=unit_id,
        slug=SLUG,
        name_vi="Bàn đo lường",
        name_en="Measuring desk",
        actor=SYSTEM,
        is_default=True,
        careful=False,
    )
    for email, name, code in (
        (EDITOR, "Đỗ Biên Tập", RoleCode.EDITOR),
        (REVIEWER, "Đỗ Duyệt Bài", RoleCode.REVIEWER),
    ):
        person_id = network_services.create_person(
            email=email, name=name, password=PASSWORD, language="vi", unit_id=unit_id, actor=SYSTEM
        )
        network_services.grant_role(person_id=person_id, desk_id=desk_id, code=code, actor=SYSTEM)
    desk = network.desk(desk_id)
    for number in range(answers):
        about = subject(number)
        publish(rumour_services.open_rumour(desk=desk, text=about.claim_vi, lang="vi"), about)


def publish(rumour_id: UUID, about: Subject) -> UUID:
    """From whatever state the rumour is in to the published answer; the article. Each step that was done is left out,
    so that it can be called again after any failure.
    """
    desk = network.desk_by_slug(SLUG)
    people = [network.person_by_email(email) for email in (EDITOR, REVIEWER)]
    editor, reviewer = [network.viewer_of_person(person_id) for person_id in people if person_id is not None]
    rumour = rumours.rumour(rumour_id)
    if rumour.owner_id is None:
        rumour_services.take_ownership(rumour_id=rumour_id, viewer=editor)
    if not rumour.claim_vi:
        rumour_services.state_claim(
            rumour_id=rumour_id,
            viewer=editor,
            edit_number=rumours.rumour(rumour_id).edit_number,
            claim_vi=about.claim_vi,
            claim_en=about.claim_en,
            topic="public_services",
            speaker_kind="unknown",
            speaker_office="",
            involves_publisher=False,
            not_involved_reason="",
            named=False,
        )
    if not rumours.exhibits_of(rumour_id):
        rumour_services.add_exhibit(
            rumour_id=rumour_id,
            viewer=editor,
            url=f"https://nguon.example/{rumour.number}",
            title="Thông báo chính thức",
            organisation="Cơ quan có trách nhiệm",
            lang="vi",
            stance="refutes",
            quality="official",
            passage=f"Chúng tôi không xác nhận tin này: {about.claim_vi}",
            seen_on=date(2026, 11, 20),
        )
    article = article_of_rumour(rumour_id)
    article_id = article.id if article else publishing.start_article(rumour_id=rumour_id, viewer=editor)
    if article is None or not article.submitted:
        text = TextFields(
            title=about.title[:200],
            claim=about.claim_vi,
            short_answer=about.short_answer[:280],
            why="Tin này không có nguồn.\n\nCơ quan có trách nhiệm đã trả lời rằng không có việc đó.",
            known="Đã biết: cơ quan có trách nhiệm không xác nhận.",
            how_checked="Chúng tôi đọc thông báo chính thức.",
        )
        text_en = TextFields(
            title=f"No ground for the story: {about.claim_en}"[:200],
            claim=about.claim_en,
            short_answer=f"No. The body in charge does not confirm it: {about.claim_en}."[:280],
            why="The story has no source.\n\nThe body in charge says that there is no such thing.",
            known="Known: the body in charge does not confirm it.",
            how_checked="We read the official notice.",
        )
        saved = publishing.save_version(
            article_id=article_id,
            edit_number=editor_page(desk, rumour.number, editor).edit_number,
            draft=Draft(verdict="false", texts={"vi": text, "en": text_en}),
            viewer=editor,
        )
        publishing.submit_for_review(article_id=article_id, viewer=editor, edit_number=saved.edit_number)
    page = review_page(desk=desk, number=rumour.number, viewer=reviewer)
    if page.approvals < page.approvals_needed:
        publishing.review_version(
            version_id=page.version_id, viewer=reviewer, decision="approve", checked=CHECKLIST_CODES
        )
    if rumours.rumour(rumour_id).state != RumourState.ANSWERED:
        publishing.publish_version(version_id=page.version_id, viewer=reviewer)
    return article_id
