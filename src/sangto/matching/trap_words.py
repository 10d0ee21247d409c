"""The words of trap_words.yaml, and how a sentence stands inside another."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

import yaml

PLACES: Final = ("province", "airport", "river", "bridge", "spot", "country", "place", "place of Viet Nam")


@cache
def lexicon() -> Mapping[str, Mapping[str, list[str]]]:
    found = yaml.safe_load(resources.files(__package__).joinpath("trap_words.yaml").read_text("utf-8"))
    return MappingProxyType({str(lang): dict(sorts) for lang, sorts in found.items()})


def inside(text: str) -> str:
    """The sentence as it stands inside another: a name keeps its capital."""
    first, *rest = text.split(" ")
    if first in ("A", "An"):
        return text[:1].lower() + text[1:]
    name = not first[1:].islower() or (rest and rest[0][:1].isupper()) or first in _capital_words()
    return text if name or not first.isalpha() else text[:1].lower() + text[1:]


@cache
def _capital_words() -> frozenset[str]:
    """First words of names: of places, bodies, brands, storms."""
    sorts = ("body", "brand", "storm", *PLACES, "weekday")
    names = [name for lexicon in lexicon().values() for sort in sorts for name in lexicon.get(sort, ())]
    return frozenset(name.split()[0] for name in names if name[:1].isupper()) | {"Viking", "Roman"}
