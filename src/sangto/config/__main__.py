"""The processes under `sangto serve`: `python -m sangto.config web|worker|prepare …`."""

from __future__ import annotations

import sys


def main() -> int:
    name, *rest = sys.argv[1:]
    # Each imports only what it needs, after the environment is settled.
    if name == "web":
        from sangto.config import web

        return web.main(rest)
    if name == "worker":
        from sangto.config import worker

        return worker.main()
    from sangto.config import prepare

    return prepare.main(rest)


if __name__ == "__main__":
    raise SystemExit(main())
