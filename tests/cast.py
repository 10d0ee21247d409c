"""The people of the tests, made through the services: call `cast.make()` once in a test or a fixture.

Each has the same password, so that a test may sign in through the page; `client_of` signs in without it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.test import Client

from sangto.audit.types import SYSTEM
from sangto.lib.codes import DeskKind, RoleCode
from sangto.network import selectors, services
from sangto.network.models import Person
from sangto.network.types import DeskInfo, Viewer

PASSWORD = "mot-mat-khau-du-dai-2026"


@dataclass(frozen=True)
class Someone:
    """A person of the tests."""

    id: uuid.UUID
    email: str
    name: str

    @property
    def viewer(self) -> Viewer:
        """With the roles they have now."""
        return selectors.viewer_of_person(self.id)

    @property
    def row(self) -> Person:
        return Person.objects.get(id=self.id)


@dataclass(frozen=True)
class Cast:
    """One publisher, three desks, and who works there."""

    unit_id: uuid.UUID
    other_unit_id: uuid.UUID
    desk: DeskInfo  # live, the default one
    other_desk: DeskInfo  # live, another unit's
    drill_desk: DeskInfo
    editor: Someone
    colleague: Someone  # reviewer at the same desk
    lead: Someone
    outsider: Someone  # editor of the other desk
    trainee: Someone  # editor of the drill desk only
    admin: Someone  # of the installation, at no desk
    reader: Someone

    def role_holders(self) -> dict[str, Someone]:
        """One person for each role at the default desk who holds that role alone."""
        known = {"editor": self.editor, "reviewer": self.colleague, "lead": self.lead, "reader": self.reader}
        return known | {
            code.value: person(code.value, f"Người {code.value}", unit_id=self.unit_id, roles=((self.desk, code),))
            for code in (RoleCode.TRAINER, RoleCode.FACILITATOR, RoleCode.EVALUATOR)
        }


def person(
    nick: str,
    name: str,
    *,
    unit_id: uuid.UUID,
    roles: tuple[tuple[DeskInfo | None, RoleCode], ...] = (),
    language: str = "vi",
) -> Someone:
    email = f"{nick}@toasoan.example"
    person_id = services.create_person(
        email=email, name=name, password=PASSWORD, language=language, unit_id=unit_id, actor=SYSTEM
    )
    for desk, code in roles:
        services.grant_role(person_id=person_id, desk_id=desk.id if desk else None, code=code, actor=SYSTEM)
    return Someone(id=person_id, email=email, name=name)


def desk(
    slug: str, name_vi: str, name_en: str, *, unit_id: uuid.UUID, kind: DeskKind = DeskKind.LIVE, default: bool = False
) -> DeskInfo:
    return selectors.desk(
        services.create_desk(
            unit_id=unit_id,
            slug=slug,
            name_vi=name_vi,
            name_en=name_en,
            actor=SYSTEM,
            kind=kind,
            is_default=default,
            careful=False,
        )
    )


def make() -> Cast:
    services.create_publisher(
        name_vi="Báo Sông Hồng",
        name_en="Red River News",
        actor=SYSTEM,
        names=("Sông Hồng",),
        own_hosts=("songhong.example",),
        contact_email="toasoan@songhong.example",
    )
    unit_id = services.create_unit(name_vi="Tòa soạn", name_en="Newsroom", actor=SYSTEM)
    other_unit_id = services.create_unit(name_vi="Bệnh viện Hoa Sen", name_en="Lotus Hospital", actor=SYSTEM)
    main = desk("toa-soan", "Bàn tin tòa soạn", "Newsroom desk", unit_id=unit_id, default=True)
    other = desk("benh-vien", "Bàn tin bệnh viện", "Hospital desk", unit_id=other_unit_id)
    drill = desk("dien-tap", "Bàn diễn tập", "Drill desk", unit_id=unit_id, kind=DeskKind.DRILL)
    return Cast(
        unit_id=unit_id,
        other_unit_id=other_unit_id,
        desk=main,
        other_desk=other,
        drill_desk=drill,
        editor=person("an", "Trần Thị An", unit_id=unit_id, roles=((main, RoleCode.EDITOR),)),
        colleague=person("binh", "Lê Văn Bình", unit_id=unit_id, roles=((main, RoleCode.REVIEWER),)),
        lead=person("chi", "Phạm Quỳnh Chi", unit_id=unit_id, roles=((main, RoleCode.LEAD),)),
        outsider=person("dung", "Đỗ Tiến Dũng", unit_id=other_unit_id, roles=((other, RoleCode.EDITOR),)),
        trainee=person("em", "Võ Út Em", unit_id=unit_id, roles=((drill, RoleCode.EDITOR),)),
        admin=person("giang", "Hoàng Giang", unit_id=unit_id, roles=((None, RoleCode.ADMIN),)),
        reader=person("hoa", "Nguyễn Thu Hoa", unit_id=unit_id, roles=((main, RoleCode.READER),)),
    )


def client_of(someone: Someone | None, **extra: Any) -> Client:
    """A browser in which this person has signed in; None is a stranger's."""
    client = Client(**extra)
    if someone is not None:
        client.force_login(someone.row, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def guest_token(cast: Cast, *, lasts: dt.timedelta = dt.timedelta(days=1)) -> str:
    """A link for an expert at the default desk."""
    _id, token = services.invite_guest(
        desk=cast.desk, name="BS. Lan", purpose="expert", invited_by=cast.editor.id, lasts=lasts
    )
    return token


# What stands for each part of an address when every page is tried. A room's tests may add theirs: a name of a part,
# or "view_name:part" where one view wants another thing than the rest.
sample_kwargs: dict[str, Callable[[Cast], str]] = {
    "desk_slug": lambda cast: cast.desk.slug,
    "lang": lambda _cast: "vi",
    "guest_token": guest_token,
    "person_id": lambda cast: str(cast.reader.id),
}


def kwargs_for(view_name: str, parts: Mapping[str, object], cast: Cast) -> dict[str, str] | None:
    """The address's parts filled in, or None when one of them has no sample."""
    filled: dict[str, str] = {}
    for part in parts:
        sample = sample_kwargs.get(f"{view_name}:{part}") or sample_kwargs.get(part)
        if sample is None:
            return None
        filled[part] = sample(cast)
    return filled
