"""Collects every English source string, joins the rooms' Vietnamese and compiles both files that Django reads.

    python tools/messages.py            write django.po and django.mo
    python tools/messages.py --missing  print what has no Vietnamese yet, as YAML to fill in

The Vietnamese stands in `src/sangto/locale_src/<room>.yaml`, one map from English to Vietnamese for each room. For a
string with a context the key is `context :: English`; for one with a plural it is the singular (Vietnamese has one
form).
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import allauth
import django
import yaml
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCE: Final = ROOT / "src" / "sangto"
WORDS: Final = SOURCE / "locale_src"
COMPILED: Final = SOURCE / "locale" / "vi" / "LC_MESSAGES"
CONTEXT_MARK: Final = " :: "
# How many leading arguments are text, and whether the first of them is a context.
FUNCTIONS: Final[Mapping[str, tuple[int, bool]]] = {
    "gettext": (1, False),
    "gettext_lazy": (1, False),
    "gettext_noop": (1, False),
    "ngettext": (2, False),
    "ngettext_lazy": (2, False),
    "pgettext": (2, True),
    "pgettext_lazy": (2, True),
    "npgettext": (3, True),
    "npgettext_lazy": (3, True),
}
_STRING: Final = r"""(?:[uU])?("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_IN_TEMPLATE: Final = re.compile(
    rf"(?<![\w.])(?P<name>_|gettext|ngettext|pgettext|npgettext)\(\s*{_STRING}(?:\s*,\s*{_STRING})?(?:\s*,\s*{_STRING})?"
)
_PLACEHOLDER: Final = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
# What allauth brings for ways of signing in that this installation does not have.
_UNUSED_OF_ALLAUTH: Final = (
    "socialaccount",
    "idp",
    "openid",
    "usersessions",
    "headless",
    "phone",
    "admin",
    "tests",
    "signup",
    "by_code",
    "models.py",
    "apps.py",
    "unknown_account",
    "account_already_exists",
)


# The time of making would make each compilation differ.
_NO_TIME: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Message:
    """One string to translate; `key` is how it stands in locale_src."""

    english: str
    context: str = ""
    plural: str = ""

    @property
    def key(self) -> str:
        return f"{self.context}{CONTEXT_MARK}{self.english}" if self.context else self.english


class MessagesError(ValueError):
    """The sources or the Vietnamese are not as they must be; the message lists where."""


def in_python(text: str, name: str) -> Iterator[tuple[Message, int]]:
    """Calls of gettext and its relatives, under whatever name the file imports them.

    Raises on a computed text, unless the file marks with `gettext_noop` what it may be.
    """
    tree = ast.parse(text, name)
    called: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for alias in node.names:
                if alias.name in FUNCTIONS:
                    called[alias.asname or alias.name] = alias.name
    marked = "gettext_noop" in called.values()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = _function_of(node.func, called)
        if function is None:
            continue
        count, with_context = FUNCTIONS[function]
        texts = [
            argument.value
            for argument in node.args[:count]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if len(texts) < count:
            if marked and function == "gettext":
                # The texts it can be given are marked in the same file.
                continue
            raise MessagesError(f"{name}:{node.lineno}: {function} must be given the text itself, or marked texts")
        yield _message(texts, with_context), node.lineno


def _function_of(called: ast.expr, names: Mapping[str, str]) -> str | None:
    if isinstance(called, ast.Name):
        return names.get(called.id)
    # `translation.gettext(…)`
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "translation":
        return called.attr if called.attr in FUNCTIONS else None
    return None


def in_template(text: str, name: str) -> Iterator[tuple[Message, int]]:
    """What Django's own extraction finds in a template."""
    code = templatize(text, origin=name)
    for found in _IN_TEMPLATE.finditer(code):
        function = "gettext" if found["name"] == "_" else found["name"]
        count, with_context = FUNCTIONS[function]
        texts = [ast.literal_eval(literal) for literal in found.groups()[1:] if literal is not None][:count]
        if texts and texts[0]:
            yield _message(texts, with_context), code.count("\n", 0, found.start()) + 1


def _message(texts: list[str], with_context: bool) -> Message:
    context, rest = (texts[0], texts[1:]) if with_context else ("", texts)
    return Message(rest[0], context, rest[1] if len(rest) > 1 else "")


def in_folder(folder: Path, leave_out: Iterable[str] = ()) -> dict[Message, list[str]]:
    """Every message below a folder, with the places where it stands."""
    found: dict[Message, list[str]] = defaultdict(list)
    unwanted = tuple(leave_out)
    for file in sorted(folder.rglob("*")):
        place = str(file.relative_to(folder.parent))
        if any(word in place for word in (*unwanted, "/migrations/")):
            continue
        if file.suffix == ".py":
            messages = in_python(file.read_text(encoding="utf-8"), place)
        elif file.suffix in {".html", ".txt", ".xml"} and "templates" in file.parts:
            messages = in_template(file.read_text(encoding="utf-8"), place)
        else:
            continue
        for message, line in messages:
            found[message].append(f"{place}:{line}")
    return dict(found)


def ours() -> dict[Message, list[str]]:
    return in_folder(SOURCE)


def borrowed() -> dict[Message, list[str]]:
    """allauth's strings on the pages and in the mails that we show; it has no Vietnamese of its own."""
    folder = Path(allauth.__file__).parent
    found: dict[Message, list[str]] = {}
    for part in ("account", "mfa", "core", "templates/account", "templates/mfa", "templates/allauth"):
        for message, places in in_folder(folder / part, _UNUSED_OF_ALLAUTH).items():
            found.setdefault(message, []).extend(places)
    return found


def vietnamese() -> dict[str, tuple[str, str]]:
    """Key → (Vietnamese, file). Raises when two rooms give one key different words, or a place holder is lost."""
    joined: dict[str, tuple[str, str]] = {}
    problems: list[str] = []
    for file in sorted(WORDS.glob("*.yaml")):
        words = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        for key, value in words.items():
            if not isinstance(key, str) or not isinstance(value, str) or not value.strip():
                problems.append(f"{file.name}: {key!r} needs a text")
                continue
            other = joined.get(key)
            if other is not None and other[0] != value:
                problems.append(f"{file.name}: {key!r} is {value!r} here and {other[0]!r} in {other[1]}")
            if sorted(set(_PLACEHOLDER.findall(key))) != sorted(set(_PLACEHOLDER.findall(value))):
                problems.append(f"{file.name}: {key!r} and its Vietnamese have different place holders")
            joined.setdefault(key, (value, file.name))
    if problems:
        raise MessagesError("\n".join(problems))
    return joined


def missing(wanted: Iterable[Message], words: Mapping[str, tuple[str, str]]) -> list[Message]:
    return sorted(message for message in wanted if message.key not in words)


def unused(wanted: Iterable[Message], words: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """(file, key) of words that nobody says any more."""
    keys = {key for message in wanted for key in (message.key, message.plural)}
    return sorted((file, key) for key, (_, file) in words.items() if key not in keys)


def compiled(wanted: Iterable[Message], words: Mapping[str, tuple[str, str]]) -> tuple[bytes, bytes]:
    """The bytes of django.po and django.mo: the same sources give the same bytes."""
    catalog = Catalog(
        locale="vi",
        project="sangto",
        version="1",
        msgid_bugs_address="",
        creation_date=_NO_TIME,
        revision_date=_NO_TIME,
        last_translator="",
        language_team="",
        charset="utf-8",
        fuzzy=False,
    )
    catalog.header_comment = "# Made by `make messages` from src/sangto/locale_src; edit there."
    for message in sorted(set(wanted)):
        if message.key not in words:
            continue
        value = words[message.key][0]
        identity = (message.english, message.plural) if message.plural else message.english
        catalog.add(identity, (value,) if message.plural else value, context=message.context or None)
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalog, width=0, sort_output=True, omit_header=False)
    write_mo(mo, catalog)
    return po.getvalue(), mo.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--missing", action="store_true")
    arguments = parser.parse_args()
    if not settings.configured:
        settings.configure()
        django.setup()
    try:
        wanted = {**borrowed(), **ours()}
        words = vietnamese()
    except MessagesError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    absent = missing(wanted, words)
    if arguments.missing:
        for message in absent:
            print(f'{json.dumps(message.key, ensure_ascii=False)}: ""')
            print(f"#  {', '.join(wanted[message][:2])}")
        return 0
    po, mo = compiled(wanted, words)
    COMPILED.mkdir(parents=True, exist_ok=True)
    (COMPILED / "django.po").write_bytes(po)
    (COMPILED / "django.mo").write_bytes(mo)
    print(f"{len(wanted) - len(absent)} strings have Vietnamese, {len(absent)} do not.")
    for file, key in unused(wanted, words):
        print(f"nobody says any more: {file}: {key!r}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
