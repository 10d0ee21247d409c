"""Trees for the tests: a small one to break, and any other by hypothesis."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import strategies as st

SMALL = """\
playbook: small
name: {vi: Nhỏ, en: Small}
start: first
steps:
  first:
    kind: question
    text: {vi: "Có gì để kiểm chứng không?", en: "Is there anything to check?"}
    guidance: {vi: Nghĩ kỹ., en: Think.}
    options:
      yes:
        label: {vi: Có, en: "Yes"}
        to: look
      no:
        label: {vi: Không, en: "No"}
        to: nothing
  look:
    kind: action
    text: {vi: Tìm nguồn, en: Look for a source}
    options:
      done:
        label: {vi: Đã tìm, en: Done}
        to: found
  found:
    kind: question
    text: {vi: "Có tìm thấy không?", en: "Was it found?"}
    options:
      yes:
        label: {vi: Có, en: "Yes"}
        to: write
      again:
        label: {vi: Tìm tiếp, en: Look again}
        to: look
  write:
    kind: end
    text: {vi: Viết, en: Write}
    outcome: answer
  nothing:
    kind: end
    text: {vi: Ý kiến, en: Opinion}
    outcome: close:opinion
"""

# One step of each kind, a rule, a loop with a wait in it that a person can leave.
EVERY_KIND = """\
playbook: every-kind
name: {vi: Đủ loại, en: Every kind}
start: loud
steps:
  loud:
    kind: decision
    text: {vi: "Lan nhanh không?", en: "Is it spreading fast?"}
    options:
      fast: {when: "tips_per_hour >= 20 or harm_safety", label: {vi: Nhanh, en: Fast}, to: lead}
      otherwise: {label: {vi: Chưa, en: Not yet}, to: sure}
  lead:
    kind: hand_over
    role: lead
    target: 15 min
    text: {vi: Phụ trách nhận việc, en: The lead takes it on}
    options:
      taken: {label: {vi: Đã nhận, en: Taken}, to: sure}
      refused: {label: {vi: Không nhận, en: Refused}, to: sure}
  sure:
    kind: question
    role: editor
    target: 1 h
    text: {vi: "Đã đủ nguồn chưa?", en: "Are there enough sources?"}
    options:
      yes: {label: {vi: Đủ, en: Enough}, to: write}
      no: {label: {vi: Chưa, en: Not yet}, to: reply}
  reply:
    kind: wait
    for: 2 h
    text: {vi: Chờ cơ quan trả lời, en: Wait for the body's reply}
    options:
      came: {label: {vi: Đã trả lời, en: It came}, to: sure}
      timeout: {label: {vi: Hết giờ, en: Time is over}, to: say}
  say:
    kind: action
    text: {vi: Đăng điều đã biết, en: Publish what is known}
    links:
      - {title: {vi: Cẩm nang, en: Handbook}, url: "https://handbook.example/"}
    options:
      done: {label: {vi: Đã đăng, en: Published}, to: sure}
  write:
    kind: action
    evidence: {at_least: 2, independent: 1}
    text: {vi: Viết, en: Write}
    options:
      done: {label: {vi: Đã viết, en: Written}, to: answer}
  answer:
    kind: end
    text: {vi: Xong, en: Done}
    outcome: answer
"""

WORDS = "bằng chứng người nghiệp vụ thường xuyên đường dẫn kiểm lại ở đâu vì sao mà không một nguồn độc lập".split()


def words(rng: random.Random, most: int) -> dict[str, str]:
    text = " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))
    return {"vi": text, "en": text}


def grow(rng: random.Random, steps: int) -> str:
    """A playbook with about so many steps, of every shape that is allowed: shared steps, loops, ends anywhere.

    A chain from the start to an end keeps every step reachable; only questions have further ways, also backwards.
    """
    parts: dict[str, Any] = {}
    spare = rng.randint(0, steps // 3)
    length = steps - spare
    for n in range(length - 1):
        asks = rng.random() < 0.65
        step: dict[str, Any] = {"kind": "question" if asks else "action", "text": words(rng, 14), "options": {}}
        step["options"]["on" if asks else "done"] = {"label": words(rng, 2), "to": f"s{n + 1}"}
        if asks:
            for k in range(rng.randint(1, 3)):
                others = [m for m in range(length) if m != n]
                to = f"s{rng.choice(others)}"
                if spare and rng.random() < 0.5:
                    spare -= 1
                    to = f"e{spare}"
                    parts[to] = {"kind": "end", "text": words(rng, 10), "outcome": "close:opinion"}
                step["options"][f"o{k}"] = {"label": words(rng, 6), "to": to}
            for k, option in enumerate(step["options"].values()):
                option["label"] = {lang: f"{k} {text}" for lang, text in option["label"].items()}
        parts[f"s{n}"] = step
    parts[f"s{length - 1}"] = {"kind": "end", "text": words(rng, 10), "outcome": "answer"}
    # JSON is YAML.
    return json.dumps(
        {"playbook": "grown", "name": words(rng, 3), "start": "s0", "steps": parts}, ensure_ascii=False, indent=1
    )


def grown(most: int = 40) -> st.SearchStrategy[str]:
    return st.builds(
        lambda seed, steps: grow(random.Random(seed), steps), st.integers(0, 2**32 - 1), st.integers(2, most)
    )
