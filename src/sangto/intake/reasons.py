"""Reasons and differences of the engine as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _


def why(reasons: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """ "Why we think it is the same claim", one sentence for each reason."""
    sentences = {
        "exact_copy": _("Your message is the same, word for word, as one that was answered."),
        "same_link": _("Your message is the link that was answered."),
        "near_copy": _(
            "Your message is nearly the same as one that was answered: %(percent)s%% of the wording agrees."
        ),
        "same_meaning": _("Your message and the answered claim mean nearly the same (closeness %(percent)s of 100)."),
        "same_words": _("Both contain: %(words)s."),
        "folded_words": _("Both contain, read without diacritics: %(words)s."),
        "part_of_message": _("One sentence of your message says it: “%(sentence)s”"),
    }
    found = []
    for reason in reasons:
        sentence = sentences.get(str(reason.get("code")))
        if sentence:
            found.append(sentence % reason)
    return tuple(found)


def difference_words(difference: Mapping[str, object]) -> dict[str, str]:
    """One difference with its sentence: {"kind", "yours", "article", "text"}."""
    yours, article = str(difference.get("yours", "")), str(difference.get("article", ""))
    kind = str(difference.get("kind", ""))
    values = {"yours": yours, "article": article}
    if kind == "negation":
        text = _("One of the two says “not”, the other does not.")
    elif yours and article:
        text = _("Your message says %(yours)s, this answer is about %(article)s.") % values
    elif yours:
        text = _("Your message says %(yours)s; this answer does not mention it.") % values
    else:
        text = _("This answer is about %(article)s; your message does not mention it.") % values
    return {"kind": kind, "yours": yours, "article": article, "text": text}
