"""The walls that import-linter cannot see: strings, templates, and imports inside functions."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Final

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

import rooms

_TEMPLATE_NAME: Final = re.compile(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""")
_COMPUTED_TEMPLATE: Final = re.compile(r"""{%\s*(?:extends|include)\s+(?!["'])(\S+)""")
_URL_NAME: Final = re.compile(r"""{%\s*url\s+["'](\w+):""")
# DESIGN: a file of services becomes a package past this.
LONGEST_SERVICES: Final = 400
# Ways out of this machine that a contract cannot tell apart, since it only sees `urllib`, `http` and `django`.
_OUTBOUND: Final = ("urllib.request", "http.client", "django.core.mail", "smtplib", "asyncio.open_connection")


def test_the_contracts_have_the_same_layers() -> None:
    with (rooms.ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(contract for contract in contracts if contract.get("exhaustive"))["layers"]
    assert [tuple(layer.split(" | ")) for layer in layers] == list(rooms.LAYERS)


def test_every_folder_is_a_room() -> None:
    found = {folder.name for folder in rooms.SOURCE.iterdir() if (folder / "__init__.py").exists()}
    assert found == set(rooms.ROOMS)


def test_no_foreign_key_points_up() -> None:
    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith("sangto."):
            continue
        room = model.__module__.split(".")[1]
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or field.related_model is None:
                continue
            target = field.related_model
            other = target.__module__.split(".")[1] if target.__module__.startswith("sangto.") else None
            if other is not None and not rooms.may_use(room, other):
                wrong.append(f"{model.__name__}.{field.name} → {target.__name__} of {other}")
    assert not wrong, "\n".join(["", *wrong])


def test_no_template_uses_one_of_an_upper_room() -> None:
    wrong = []
    for file in rooms.templates():
        text = file.read_text(encoding="utf-8")
        for name in _TEMPLATE_NAME.findall(text):
            other = name.split("/")[0]
            if other in rooms.ROOMS and not rooms.may_use(rooms.room_of(file), other):
                wrong.append(f"{file.relative_to(rooms.ROOT)} uses {name}")
        if computed := _COMPUTED_TEMPLATE.findall(text):
            wrong.append(f"{file.relative_to(rooms.ROOT)} computes a template's name: {computed}")
    assert not wrong, "\n".join(["", *wrong])


def test_no_address_of_an_upper_room_is_named() -> None:
    """In templates by `{% url %}`, in Python by `reverse` or `redirect`; upward goes through a slot or a menu."""
    wrong = []
    for file in rooms.templates():
        for other in _URL_NAME.findall(file.read_text(encoding="utf-8")):
            if other in rooms.ROOMS and not rooms.may_use(rooms.room_of(file), other):
                wrong.append(f"{file.relative_to(rooms.ROOT)} names {other}:")
    for file in rooms.python_files():
        for node in ast.walk(rooms.tree(file)):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            name = node.args[0].value
            if called in {"reverse", "reverse_lazy", "redirect"} and isinstance(name, str) and ":" in name:
                other = name.split(":")[0].removesuffix("_site")
                if other in rooms.ROOMS and not rooms.may_use(rooms.room_of(file), other):
                    wrong.append(f"{rooms.at(file, node.lineno)} names {name}")
    assert not wrong, "\n".join(["", *wrong])


def test_every_address_stands_under_its_own_room() -> None:
    """A namespace is a room (or its root list), and its views are that room's."""
    wrong = []

    def walk(resolver: URLResolver, namespace: str | None) -> None:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                walk(entry, entry.namespace or namespace)
            elif isinstance(entry, URLPattern) and namespace and namespace != "api":
                module = entry.callback.__module__
                if not module.startswith(f"sangto.{namespace.removesuffix('_site')}."):
                    wrong.append(f"{namespace}:{entry.name} is {module}")

    walk(get_resolver(), None)
    assert not wrong, "\n".join(["", *wrong])


def test_only_models_import_another_rooms_models() -> None:
    wrong = []
    for file in rooms.python_files():
        room = rooms.room_of(file)
        is_models = file.name == "models.py" or "models" in file.parts
        for name, line in rooms.imports(rooms.tree(file)):
            parts = name.split(".")
            if (
                parts[:1] == ["sangto"]
                and len(parts) > 2
                and parts[2] == "models"
                and parts[1] != room
                and not is_models
            ):
                wrong.append(f"{rooms.at(file, line)} imports {name}")
    assert not wrong, "\n".join(["", *wrong])


def test_rooms_speak_through_their_doors() -> None:
    """From another room come services, selectors, signals, types and what a room offers by its design."""
    doors = {"services", "selectors", "signals", "types", "models"}
    # What the design says stands open beside the four doors.
    offered = {
        "network": {"access", "clock", "holdings", "rules", "walls", "context", "middleware"},
        "ui": {"slots", "menus", "icons"},
        "live": {"asgi"},
        "audit": {"sequencer", "verify", "words"},
        "catalogue": {"indexer", "search"},
        # Pure rules: values in, values out.
        "rumours": {"workflow"},
        # Where a room above says what its subjects are to rules.
        "playbooks": {"subjects"},
        "delivery": {"backend"},
    }
    wrong = []
    for file in rooms.python_files():
        room = rooms.room_of(file)
        for name, line in rooms.imports(rooms.tree(file)):
            parts = name.split(".")
            if parts[0] != "sangto" or len(parts) < 3 or parts[1] in {room, "lib", "matching", "media"}:
                continue
            # The frame mounts addresses and interfaces and starts what runs.
            if room == "config" or parts[2] in doors | offered.get(parts[1], set()):
                continue
            wrong.append(f"{rooms.at(file, line)} imports {name}")
    assert not wrong, "\n".join(["", *wrong])


def test_no_import_of_ours_hides_in_a_function() -> None:
    """It would hide a cycle. Only the frame may: Django has to be set up before rooms can be imported."""
    wrong = []
    for file in rooms.python_files():
        if rooms.room_of(file) == "config":
            continue
        for node in ast.walk(rooms.tree(file)):
            # `AppConfig.ready` is where Django wants what is connected to be imported.
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "ready":
                wrong += [
                    f"{rooms.at(file, line)} imports {name}"
                    for name, line in rooms.imports(node)
                    if name.split(".")[0] == "sangto"
                ]
    assert not wrong, "\n".join(["", *sorted(set(wrong))])


def test_only_delivery_has_a_way_out() -> None:
    """Rooms below delivery (sign-in, invitations) send through EMAIL_BACKEND, which is delivery's outbox."""
    wrong = []
    for file in rooms.python_files():
        room = rooms.room_of(file)
        # Measurements put questions to a server that they started themselves, on this machine.
        if room == "delivery" or "bench" in file.parts:
            continue
        by_outbox = {"django.core.mail", "django.core.mail.send_mail"} if room == "network" else set()
        wrong += [
            f"{rooms.at(file, line)} imports {name}"
            for name, line in rooms.imports(rooms.tree(file))
            if name not in by_outbox and any(name == way or name.startswith(f"{way}.") for way in _OUTBOUND)
        ]
        wrong += [
            f"{rooms.at(file, node.lineno)} calls {node.attr}"
            for node in ast.walk(rooms.tree(file))
            if isinstance(node, ast.Attribute)
            and node.attr in {"open_connection", "create_connection"}
            # The supervisor asks its own web process whether it is well.
            and (room, file.stem) != ("config", "supervisor")
        ]
    assert not wrong, "\n".join(["", *wrong])


def test_no_attic_and_no_endless_service() -> None:
    wrong = [
        str(file.relative_to(rooms.ROOT))
        for file in rooms.python_files()
        if file.stem in {"utils", "helpers", "misc", "extras"}
        or (file.name == "services.py" and len(file.read_text(encoding="utf-8").splitlines()) > LONGEST_SERVICES)
    ]
    assert not wrong, "\n".join(["", *wrong])


def _named_in(package: Path) -> set[str]:
    """Of a package, what its door names; the files beside it may help one another."""
    return {name.rsplit(".", 1)[-1] for name, _ in rooms.imports(rooms.tree(package / "__init__.py"))}


def test_services_take_keywords_only() -> None:
    """Every public write of a room's services: a call must say what each value is."""
    wrong = []
    for room in rooms.ROOMS:
        single, package = rooms.SOURCE / room / "services.py", rooms.SOURCE / room / "services"
        named = _named_in(package) if package.exists() else None
        for file in [single] if single.exists() else sorted(package.glob("*.py")):
            wrong += [
                f"{rooms.at(file, node.lineno)} {node.name}"
                for node in rooms.tree(file).body
                if isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and (named is None or node.name in named)
                and node.args.args
                and "atomic" in ast.unparse(node)
            ]
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize(
    "room", [room for room in rooms.ROOMS if room not in {"config", "lib", "matching", "media", "ui"}]
)
def test_a_room_has_one_app_under_its_own_name(room: str) -> None:
    config = apps.get_app_config(room)
    assert config.name == f"sangto.{room}"
    assert all(model._meta.db_table.startswith(f"{room}_") for model in config.get_models())
