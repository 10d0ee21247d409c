"""A rumour on its way to an answer, for the tests of publishing: the steps before, through the services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

import cast
from sangto.lib.codes import RumourState
from sangto.network.types import DeskInfo
from sangto.publishing import services
from sangto.publishing.definitions import CHECKLIST_CODES
from sangto.publishing.models import Article, ArticleVersion
from sangto.publishing.types import CorrectionInput, Draft, Saved, TextFields
from sangto.rumours import selectors as rumours
from sangto.rumours import services as rumour_services

VI = TextFields(
    title="Tỏi là món ăn lành, nhưng không chữa được Covid-19",
    claim="Ăn tỏi phòng và chữa được Covid-19.",
    short_answer="Không đúng. Chưa có bằng chứng ăn tỏi bảo vệ được ai khỏi virus này.",
    why="Tỏi là món ăn lành.\n\nCẩn thận: có tin bày uống nước tỏi đun sôi.\n\nChưa có bằng chứng nào cho việc đó.",
    known="Đã biết: chưa có bằng chứng. Chưa biết: tỏi có lợi đến đâu.",
    how_checked="Chúng tôi đọc lời giải thích của WHO.",
)
EN = TextFields(
    title="Garlic is good food, but it does not cure Covid-19",
    claim="Eating garlic prevents and cures Covid-19.",
    short_answer="No. There is no evidence that eating garlic has protected anyone from this virus.",
    why="Garlic is a healthy food.\n\nBe careful: a message tells people to drink boiled garlic water.",
    known="Known: there is no evidence. Not known: how much garlic does for health.",
    how_checked="We read what WHO says.",
)
DRAFT = Draft(verdict="false", texts={"vi": VI, "en": EN})
CORRECTION = CorrectionInput("update", "Thêm nguồn mới của WHO.", "Added a new source from WHO.")


def open_rumour(
    desk: DeskInfo, editor: cast.Someone, *, involves: bool = False, text: str = "Ăn tỏi chữa được Covid-19 phải không?"
) -> UUID:
    """A rumour with its claim, at work."""
    viewer = editor.viewer
    rumour_id = rumour_services.open_rumour(desk=desk, text=text, lang="vi", actor=viewer.actor)
    rumour_services.state_claim(
        rumour_id=rumour_id,
        viewer=viewer,
        edit_number=rumours.rumour(rumour_id).edit_number,
        claim_vi=VI.claim,
        claim_en=EN.claim,
        topic="health",
        speaker_kind="unknown",
        speaker_office="",
        involves_publisher=involves,
        not_involved_reason="",
        named=False,
    )
    return rumour_id


def add_exhibit(rumour_id: UUID, editor: cast.Someone, *, url: str = "https://who.example/garlic") -> UUID:
    return rumour_services.add_exhibit(
        rumour_id=rumour_id,
        viewer=editor.viewer,
        url=url,
        title="WHO: garlic",
        organisation="WHO",
        lang="en",
        stance="refutes",
        quality="official",
        passage="there is no evidence that eating garlic protects people",
        translation="không có bằng chứng ăn tỏi bảo vệ được người ta",
        seen_on=date(2026, 11, 20),
    )


def draft_article(
    desk: DeskInfo, editor: cast.Someone, *, involves: bool = False, draft: Draft = DRAFT, exhibit: bool = True
) -> Article:
    """Written and saved by the editor, not handed over."""
    rumour_id = open_rumour(desk, editor, involves=involves)
    if exhibit:
        add_exhibit(rumour_id, editor)
    article_id = services.start_article(rumour_id=rumour_id, viewer=editor.viewer)
    services.save_version(article_id=article_id, edit_number=0, draft=draft, viewer=editor.viewer)
    return Article.objects.get(id=article_id)


def submitted(desk: DeskInfo, editor: cast.Someone, *, involves: bool = False, draft: Draft = DRAFT) -> ArticleVersion:
    article = draft_article(desk, editor, involves=involves, draft=draft)
    return ArticleVersion.objects.get(id=services.submit_for_review(article_id=article.id, viewer=editor.viewer))


def approve(version: ArticleVersion, reviewer: cast.Someone) -> None:
    services.review_version(version_id=version.id, viewer=reviewer.viewer, decision="approve", checked=CHECKLIST_CODES)


def published(people: cast.Cast, *, draft: Draft = DRAFT) -> Article:
    """Written by the editor, approved and published by the colleague."""
    version = submitted(people.desk, people.editor, draft=draft)
    approve(version, people.colleague)
    services.publish_version(version_id=version.id, viewer=people.colleague.viewer)
    return Article.objects.get(id=version.article_id)


def correction_submitted(people: cast.Cast, article: Article, changes: Mapping[str, str]) -> ArticleVersion:
    """A second version, edited by the editor, handed over."""
    opened = services.correct_article(article_id=article.id, viewer=people.editor.viewer, why="Có nguồn mới")
    saved: Saved = opened
    if changes:
        draft = Draft("false", {"vi": replace(VI, **changes), "en": EN})
        saved = services.save_version(
            article_id=article.id, edit_number=opened.edit_number, draft=draft, viewer=people.editor.viewer
        )
    services.submit_for_review(article_id=article.id, viewer=people.editor.viewer)
    return ArticleVersion.objects.get(id=saved.version_id)


def corrected(people: cast.Cast, article: Article, correction: CorrectionInput = CORRECTION) -> ArticleVersion:
    version = correction_submitted(people, article, {"why": "Tỏi là món ăn lành. WHO nay nói rõ hơn."})
    approve(version, people.colleague)
    services.publish_version(version_id=version.id, viewer=people.colleague.viewer, correction=correction)
    return version


def retracted(people: cast.Cast, article: Article) -> ArticleVersion:
    version = correction_submitted(people, article, {"known": "Nguồn chúng tôi dựa vào đã bị rút."})
    approve(version, people.colleague)
    services.retract_article(
        version_id=version.id,
        viewer=people.colleague.viewer,
        text_vi="Nguồn đã bị rút, chúng tôi rút câu trả lời.",
        text_en="The source was withdrawn, so we retract the answer.",
    )
    return version


def rumour_state(article: Article) -> RumourState:
    return RumourState(rumours.rumour(article.rumour_id).state)
