"""The stylesheet and the script keep their promises: size, contrast, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sangto.ui

STATIC = Path(sangto.ui.__file__).parent / "static" / "ui"
TEMPLATES = Path(sangto.ui.__file__).parent / "templates"
CSS = (STATIC / "sangto.css").read_text(encoding="utf-8")
MOST_CSS_BYTES = 24_000
MOST_JS_BYTES = 6_000
# WCAG 2.2: 1.4.3 for text, 1.4.11 for what marks a control.
TEXT, CONTROL = 4.5, 3.0

SURFACES = ("paper", "card", "sunk")
WORDS = ("ink", "quiet", "link", "true", "mostly_true", "misleading", "false", "unproven")
PAIRS = [
    *[(word, surface, TEXT) for word in WORDS for surface in SURFACES],
    *[("ink", soft, TEXT) for soft in ("glow", "good-soft", "bad-soft", "warn-soft", "info-soft")],
    *[("quiet", "glow", TEXT), ("link", "bad-soft", TEXT), ("link", "info-soft", TEXT), ("on-light", "light", TEXT)],
    *[(edge, surface, CONTROL) for edge in ("edge", "focus") for surface in SURFACES],
    *[("card", verdict, TEXT) for verdict in ("true", "mostly_true", "misleading", "false", "unproven")],
]


def tokens(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", CSS, flags=re.DOTALL)[:2]
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_words_and_controls_can_be_seen(scheme: str, front: str, back: str, least: float) -> None:
    colours = tokens(scheme)
    assert contrast(colours[front], colours[back]) >= least


def test_stylesheet_and_script_stay_small() -> None:
    assert len(CSS.encode()) <= MOST_CSS_BYTES
    assert (STATIC / "sangto.js").stat().st_size <= MOST_JS_BYTES


def test_every_colour_variable_used_is_defined() -> None:
    used = set(re.findall(r"var\(--([\w-]+)", CSS))
    defined = set(re.findall(r"--([\w-]+):", CSS))
    assert used <= defined


def test_nothing_comes_from_elsewhere() -> None:
    for file in [*STATIC.iterdir(), *TEMPLATES.rglob("*.html")]:
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"""(src|href|url\(|import)\s*[=(]?\s*["']?(https?:)?//""", text), file.name


def test_templates_need_no_inline_script_or_style() -> None:
    for file in TEMPLATES.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text), file.name
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), file.name
