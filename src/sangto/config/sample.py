"""The sample desk: a newsroom that does not exist, with answers to rumours that do."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from sangto.audit.types import SYSTEM
from sangto.config import importing
from sangto.config.terminal import say
from sangto.intake.services import receive_tip
from sangto.lib.codes import DeskKind, DoorKind, RoleCode
from sangto.lib.progress import Progress
from sangto.network import selectors, services

CONTENT: Final = Path(__file__).resolve().parents[3] / "content"
DESK: Final = "kiem-chung"
DRILL_DESK: Final = "dien-tap"
EDITOR: Final = "bien-tap@toasoan-mau.example"
REVIEWER: Final = "duyet@toasoan-mau.example"
LEAD: Final = "phu-trach@toasoan-mau.example"
_PEOPLE: Final[Sequence[tuple[str, str, RoleCode]]] = (
    (EDITOR, "Nguyễn Thu Hà", RoleCode.EDITOR),
    (REVIEWER, "Trần Minh Quân", RoleCode.REVIEWER),
    (LEAD, "Lê Thị Hồng Vân", RoleCode.LEAD),
)
# What waits on the board, so that there is something to do.
_WAITING: Final[Sequence[tuple[str, str]]] = (
    ("vi", "Cả nhà ơi nghe nói tuần sau chợ đầu mối đóng cửa hết, có đúng không ạ?"),
    ("vi", "Có tin uống nước dừa với đá mỗi sáng là khỏi hẳn bệnh gút, ai biết thật không?"),
    ("en", "Someone says the new bus cards record every conversation on board. Is this true?"),
)


def sign_ins() -> Path:
    """The sample people's sign-ins: readable by the owner of the data folder only."""
    return Path(settings.DATA_DIR) / "sample-sign-ins.txt"


def load() -> bool:
    """Make the sample desk, or add what is missing of it; True when anything was added."""
    known = selectors.publisher_or_none() is not None
    if known and not sign_ins().exists():
        raise ImproperlyConfigured(
            f"The data folder {settings.DATA_DIR} belongs to a desk that is no sample. Use `sangto serve` for it, or"
            " `sangto demo --data-dir` with another folder."
        )
    if not known:
        _people()
    if not CONTENT.is_dir():
        say(f"The sample answers are not here ({CONTENT}); the desk starts without them.")
        return not known
    by = importing.hands(desk_slug=DESK, author_email=EDITOR, reviewer_email=REVIEWER)
    with Progress() as progress:
        try:
            done = importing.folder_into(CONTENT, by, progress=progress, with_tips=True)
        except importing.ImportFailed as problem:
            raise ImproperlyConfigured(f"The sample answers cannot be loaded: {problem}") from problem
    if not known:
        for lang, text in _WAITING:
            receive_tip(desk=by.desk, door=DoorKind.WEB, text=text, lang=lang)
    return not known or bool(done.published)


def _people() -> None:
    """The publisher, its two desks and who works there; the passwords are new for each data folder."""
    passwords = {email: secrets.token_urlsafe(12) for email, _, _ in _PEOPLE}
    _write_sign_ins(passwords)
    with transaction.atomic():
        services.create_publisher(
            name_vi="Tòa soạn Mẫu",
            name_en="Sample Newsroom",
            names=("Tòa soạn Mẫu", "Sample Newsroom"),
            own_hosts=("toasoan-mau.example",),
            about_vi="Một tòa soạn không có thật, để xem thử Sáng Tỏ. Các tin đồn và nguồn dẫn ở đây là có thật.",
            about_en="A newsroom that does not exist, to look at Sáng Tỏ. The rumours and sources here do exist.",
            contact_email="ban-doc@toasoan-mau.example",
            actor=SYSTEM,
        )
        unit_id = services.create_unit(name_vi="Tòa soạn Mẫu", name_en="Sample Newsroom", actor=SYSTEM)
        live = services.create_desk(
            unit_id=unit_id,
            slug=DESK,
            name_vi="Bàn kiểm chứng",
            name_en="Fact desk",
            is_default=True,
            careful=False,
            actor=SYSTEM,
        )
        drill = services.create_desk(
            unit_id=unit_id,
            slug=DRILL_DESK,
            name_vi="Bàn diễn tập",
            name_en="Drill desk",
            kind=DeskKind.DRILL,
            actor=SYSTEM,
        )
        for email, name, role in _PEOPLE:
            person_id = services.create_person(
                email=email, name=name, password=passwords[email], language="vi", unit_id=unit_id, actor=SYSTEM
            )
            for desk_id in (live, drill):
                services.grant_role(person_id=person_id, desk_id=desk_id, code=role, actor=SYSTEM)


def _write_sign_ins(passwords: dict[str, str]) -> None:
    lines = [f"  {role.en:<10}{email:<34}{passwords[email]}" for email, _, role in _PEOPLE]
    file = os.open(sign_ins(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as out:
        out.write("Sign in with\n" + "\n".join(lines) + "\n")
