"""The published schema says the same as the reader, as far as a schema can."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from playbooks.trees import EVERY_KIND, SMALL
from sangto.playbooks.facts import FACTS
from sangto.playbooks.files import SCHEMA, library_files
from sangto.playbooks.reading import check


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def _value(text: str) -> Any:
    return yaml.safe_load(text)


def test_it_works(validator: jsonschema.Draft202012Validator) -> None:
    for text in (SMALL, EVERY_KIND, *(path.read_text(encoding="utf-8") for path in library_files())):
        assert not list(validator.iter_errors(_value(text)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: decision", "kind: dice"),
        ("for: 2 h", "for: soon"),
        ("role: lead", "role: chief"),
        ("    role: lead\n", ""),
        ("evidence: {at_least: 2, independent: 1}", "evidence: {at_least: none}"),
        ("evidence: {at_least: 2, independent: 1}", "evidence: {}"),
        ("      timeout:", "      late:"),
        ("      otherwise:", "      other:"),
        ("outcome: answer", "outcome: victory"),
        ("    for: 2 h\n", ""),
        ('when: "tips_per_hour >= 20 or harm_safety", ', ""),
        ("https://handbook.example/", "javascript:alert(1)"),
        ("{vi: Xong, en: Done}", "{vi: Xong}"),
        ("target: 1 h", "target: 1 h\n    weight: 3"),
        ("target: 15 min", "for: 15 min"),
        ("      taken:", "      accepted:"),
    ],
)
def test_what_the_schema_refuses_the_reader_refuses_too(
    validator: jsonschema.Draft202012Validator, old: str, new: str
) -> None:
    assert old in EVERY_KIND
    text = EVERY_KIND.replace(old, new, 1)
    assert list(validator.iter_errors(_value(text)))
    assert check(text, "playbook.yaml")


def test_the_page_on_playbooks_tells_the_truth() -> None:
    """Its example passes the check, and its list of facts is the program's."""
    page = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text("utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    assert check(example, "docs/playbooks.md") == ()
    named = re.findall(r"^\| `(\w+)` \| (?:number|true or false|code of \w+) \|", page, re.MULTILINE)
    assert named == list(FACTS)
