"""The difference guard: details in which a message and a claim disagree although they read alike.

Vectors cannot see a changed number or an added "not" (cosine .946 on average, true paraphrases .893). So numbers with
their units, money, percentages, dates, places, names, negation, opposites, certainty and quantity are taken out and
compared. A detail that only one side has is mostly no difference; one that both have, with other values, is.
"""

from __future__ import annotations

from sangto.matching.guard.compare import differences, same_frame
from sangto.matching.guard.strict import Apart

__all__ = ["Apart", "differences", "same_frame"]
