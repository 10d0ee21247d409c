"""Makes eval/corpus.jsonl from content/: what the sample desk's index holds, for the engine's own command line.

    python tools/corpus.py            write it
    python tools/corpus.py --check    say whether it is up to date (exit status 1 if not)

One line stands for one rumour and equals what the catalogue hands to the engine once the sample desk has published it:
the Vietnamese claim, title and short answer, and as `extra` the English claim and title and the messages of the file,
which the sample desk receives before it answers them. No message of eval/ is among these (tests/config/test_corpus.py).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parents[1]
CONTENT: Final = ROOT / "content"
CORPUS: Final = ROOT / "eval" / "corpus.jsonl"
# The order in which the catalogue sees an object's languages.
LANGUAGES: Final = ("vi", "en")


def line_of(rumour: Mapping[str, Any]) -> dict[str, Any]:
    """One line of the corpus. A rumour in one language has no `extra`."""
    first, *others = [lang for lang in LANGUAGES if rumour["claim"].get(lang)]
    extra = [rumour[part][lang].strip() for lang in others for part in ("claim", "title")]
    extra += [tip["text"].strip() for tip in rumour.get("tips", ())]
    known = {rumour["claim"][first].strip(), rumour["title"][first].strip()}
    return {
        "id": rumour["slug"],
        "text": rumour["claim"][first].strip(),
        "title": rumour["title"][first].strip(),
        "subtitle": rumour["short_answer"][first].strip(),
        "lang": first,
        "extra": [text for text in dict.fromkeys(extra) if text and text not in known],
    }


def corpus(folder: Path = CONTENT) -> str:
    """The whole file, ordered by id. Raises ValueError when two files have one slug."""
    lines: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.yaml")):
        line = line_of(yaml.safe_load(file.read_text(encoding="utf-8")))
        if line["id"] in lines:
            raise ValueError(f"{file.name}: the slug {line['id']!r} stands in another file too")
        lines[line["id"]] = line
    return "".join(json.dumps(lines[key], ensure_ascii=False) + "\n" for key in sorted(lines))


def main() -> int:
    parser = argparse.ArgumentParser(description="make eval/corpus.jsonl from content/")
    parser.add_argument("--check", action="store_true", help="write nothing, only say whether it is up to date")
    arguments = parser.parse_args()
    made = corpus()
    if arguments.check:
        stands = CORPUS.read_text(encoding="utf-8") if CORPUS.exists() else ""
        if stands != made:
            sys.stderr.write(f"{CORPUS.relative_to(ROOT)} is not what content/ gives: run python tools/corpus.py\n")
            return 1
        return 0
    CORPUS.write_text(made, encoding="utf-8")
    sys.stderr.write(f"{CORPUS.relative_to(ROOT)}: {made.count(chr(10))} rumours\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
