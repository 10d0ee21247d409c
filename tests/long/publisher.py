"""Publishes rumours the whole way through the services, whatever dies meanwhile; a process of its own.

Reads lines `{"rumour": …, "subject": …}` and answers each with `{"rumour": …, "article": …}` once it is out.
"""

from __future__ import annotations

import json
import sys
import time
import uuid

import django

django.setup()

from django.db import connection  # noqa: E402

from sangto.config.bench import desk  # noqa: E402
from sangto.config.bench.texts import subject  # noqa: E402

TRIES = 60


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        failed = ""
        for _ in range(TRIES):
            try:
                article = desk.publish(uuid.UUID(order["rumour"]), subject(order["subject"]))
            except Exception as problem:  # noqa: BLE001  (a dead database shows itself in many ways; the last one is told)
                failed = f"{type(problem).__name__}: {problem}"
                connection.close()
                time.sleep(0.5)
            else:
                sys.stdout.write(json.dumps({"rumour": order["rumour"], "article": str(article)}) + "\n")
                break
        else:
            sys.stdout.write(json.dumps({"rumour": order["rumour"], "failed": failed}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
