from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

import cast
import desk_kit
from sangto.audit.types import SYSTEM
from sangto.catalogue import engine, indexer
from sangto.catalogue.models import Document, DocumentVector, Tuning
from sangto.catalogue.search import search
from sangto.catalogue.services import withdraw_document
from sangto.network import selectors as network
from sangto.network.services import set_careful
from sangto.network.types import DeskInfo

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(settings: Settings, tmp_path: Path) -> cast.Cast:
    desk_kit.use_folder(settings, tmp_path)
    return cast.make()


def test_it_works(people: cast.Cast) -> None:
    lemon, _bank = desk_kit.two_answers(people.desk)
    result = search(desk=people.desk, text="Nước chanh nóng chữa khỏi ung thư?", lang="vi")
    assert result.hits[0].document.object_id == lemon.object_id
    assert result.hits[0].document.lang == "vi"
    assert result.hits[0].reasons
    assert result.hits[0].document.evidence[0].date == "2020-03-01"


def test_without_an_index_nothing_is_found_and_the_lag_is_said(people: cast.Cast) -> None:
    result = search(desk=people.desk, text="Nước chanh", lang="vi")
    assert (result.decision, result.hits) == ("none", ())


def test_another_live_desk_finds_the_answer_but_a_drill_desk_does_not(people: cast.Cast) -> None:
    desk_kit.two_answers(people.desk)
    text = "Uống nước chanh nóng chữa khỏi bệnh ung thư"
    assert search(desk=people.other_desk, text=text, lang="vi").hits
    assert not search(desk=people.drill_desk, text=text, lang="vi").hits


def test_what_was_withdrawn_is_not_found_even_before_the_index_knows(people: cast.Cast) -> None:
    lemon, _bank = desk_kit.two_answers(people.desk)
    withdraw_document(kind="answer", object_id=lemon.object_id)
    hits = search(desk=people.desk, text="Uống nước chanh nóng chữa khỏi bệnh ung thư", lang="vi").hits
    assert lemon.object_id not in {hit.document.object_id for hit in hits}
    # A reply must stay readable.
    assert Document.objects.filter(object_id=lemon.object_id).count() == 2


def test_vectors_are_computed_once(people: cast.Cast) -> None:
    desk_kit.two_answers(people.desk)
    before = set(DocumentVector.objects.values_list("id", flat=True))
    assert before
    indexer.rebuild()
    assert set(DocumentVector.objects.values_list("id", flat=True)) == before


def test_a_lost_index_is_built_again(people: cast.Cast) -> None:
    lemon, _bank = desk_kit.two_answers(people.desk)
    (engine.folder("live-answer") / "words" / "meta.json").write_text("{broken")
    desk_kit.index_now()
    result = search(desk=people.desk, text="Nước chanh nóng chữa khỏi ung thư?", lang="vi")
    assert result.hits[0].document.object_id == lemon.object_id


# In other words than the answer's, and with nothing that differs.
REPEAT = "nghe nói uống nước chanh nóng thì khỏi ung thư phải không cả nhà"


def decided(desk: DeskInfo, text: str) -> str:
    return search(desk=network.desk(desk.id), text=text, lang="vi").decision


def tune(desk: DeskInfo, answer_at: float | None) -> None:
    Tuning.objects.create(
        desk_id=desk.id,
        desk_kind=desk.kind,
        number=Tuning.objects.count() + 1,
        careful=answer_at is None,
        answer_at=answer_at,
        engine=engine.mark(),
        step="lower",
        was_careful=True,
        by_kind="system",
        at=timezone.now(),
    )


def test_a_careful_desk_answers_copies_only_until_its_tuning_says_more(people: cast.Cast) -> None:
    desk_kit.two_answers(people.desk)
    first = search(desk=people.desk, text=REPEAT, lang="vi").hits[0]
    assert (first.copy, first.blocked) == (False, False)
    copy = "Uống nước chanh nóng chữa khỏi bệnh ung thư"
    set_careful(desk_id=people.desk.id, careful=True, actor=SYSTEM)
    assert (decided(people.desk, copy), decided(people.desk, REPEAT)) == ("answer", "suggest")
    set_careful(desk_id=people.desk.id, careful=False, actor=SYSTEM)
    tune(people.desk, first.probability * 0.999)
    assert (decided(people.desk, copy), decided(people.desk, REPEAT)) == ("answer", "answer")
    tune(people.desk, (first.probability + 1) / 2)
    assert (decided(people.desk, copy), decided(people.desk, REPEAT)) == ("answer", "suggest")
    # What one desk's labels show is no licence for another.
    assert decided(people.other_desk, copy) == "answer"
    tune(people.desk, None)
    assert (decided(people.desk, copy), decided(people.desk, REPEAT)) == ("answer", "suggest")


@pytest.mark.parametrize(
    "text",
    [
        "Uống nước chanh nóng 3 ngày chữa khỏi bệnh ung thư",
        "Mua nước chanh nóng chữa khỏi bệnh ung thư ở đâu ạ?",
    ],
)
def test_what_a_difference_or_an_open_question_stops_is_known_to_be_stopped(people: cast.Cast, text: str) -> None:
    desk_kit.two_answers(people.desk)
    result = search(desk=people.desk, text=text, lang="vi")
    assert result.hits[0].blocked
    assert result.engine == engine.mark()
