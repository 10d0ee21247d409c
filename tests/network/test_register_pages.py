"""The charter and the register on pages: read by all, kept by those who may."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

import cast as people
from cast import Cast, client_of
from sangto.network.models import Agreement, Charter, Collaborator

pytestmark = pytest.mark.django_db
ROOT = "/en/desk/toa-soan/register/"
TEXT = {"charter-text_vi": "Chúng tôi kiểm chứng, không phán xét.", "charter-text_en": "We check, we do not judge."}


@pytest.fixture
def cast() -> Cast:
    return people.make()


def today() -> str:
    return timezone.localdate().isoformat()


def entered(cast: Cast, name: str = "Bà Bảy") -> Collaborator:
    form = {"new-name": name, "new-kind": "correspondent", "new-since": today(), "new-person_id": ""}
    assert client_of(cast.lead).post(ROOT + "add/", form).status_code == 302
    return Collaborator.objects.get(name=name)


def test_it_works(cast: Cast) -> None:
    lead = client_of(cast.lead)
    assert lead.post(ROOT + "charter/", TEXT).status_code == 302
    row = entered(cast)
    assert "has not agreed yet" in lead.get(ROOT).content.decode()
    assert lead.post(f"{ROOT}{row.id}/agree/", {"agreed_on": today()}).status_code == 302
    said = lead.get(ROOT).content.decode()
    assert "in order" in said
    assert Agreement.objects.get().review_due_on >= timezone.localdate() + dt.timedelta(days=364)
    # A newer version: they are asked again, and what they agreed to can still be read.
    assert lead.post(ROOT + "charter/", {**TEXT, "charter-text_en": "We check and never judge."}).status_code == 302
    said = lead.get(ROOT).content.decode()
    assert "agreed to an older version" in said
    old = Charter.objects.get(version=1)
    assert "We check, we do not judge." in client_of(cast.reader).get(f"{ROOT}charter/{old.id}/").content.decode()
    assert lead.post(f"{ROOT}{row.id}/end/").status_code == 302
    assert Collaborator.objects.get().ended_on is not None


def test_the_charter_is_read_by_all_of_the_desk_and_the_register_by_few(cast: Cast) -> None:
    client_of(cast.lead).post(ROOT + "charter/", TEXT)
    entered(cast)
    said = client_of(cast.editor).get(ROOT).content.decode()
    assert "We check, we do not judge." in said
    assert "Bà Bảy" not in said
    assert client_of(cast.outsider).get(ROOT).status_code == 403
    for verb in ("charter/", "add/"):
        assert client_of(cast.editor).post(ROOT + verb, TEXT).status_code == 403


def test_bad_input_is_said_and_what_was_typed_stays(cast: Cast) -> None:
    lead = client_of(cast.lead)
    refused = lead.post(ROOT + "charter/", {"charter-text_vi": "Chỉ có tiếng Việt", "charter-text_en": ""})
    assert refused.status_code == 422
    assert "Chỉ có tiếng Việt" in refused.content.decode()
    later = (timezone.localdate() + dt.timedelta(days=9)).isoformat()
    refused = lead.post(ROOT + "add/", {"new-name": "Ông Tám", "new-kind": "correspondent", "new-since": later})
    assert refused.status_code == 422
    assert "Ông Tám" in refused.content.decode()
    row = entered(cast)
    for day in ("", "hôm qua", later):
        lead.post(f"{ROOT}{row.id}/agree/", {"agreed_on": day})
    assert not Agreement.objects.exists()
