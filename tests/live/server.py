"""The streaming application as a process of its own: `python server.py CONFIG PORT`, with only this room set up.

CONFIG is the JSON of Django's DATABASES["default"], with "secret_key". Tests stop and measure it from outside.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django
import uvicorn
from django.conf import settings
from django.core.management import call_command


async def inner(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    config = json.loads(sys.argv[1])
    secret = config.pop("secret_key")
    settings.configure(INSTALLED_APPS=["sangto.live"], DATABASES={"default": config}, USE_TZ=True, SECRET_KEY=secret)
    django.setup()
    if sys.argv[2] == "migrate":
        call_command("migrate", "live", verbosity=0)
    else:
        # Imported here: it needs Django set up.
        from sangto.live.asgi import LiveApp

        port = int(sys.argv[2])
        uvicorn.run(LiveApp(inner), port=port, log_level="warning", timeout_graceful_shutdown=3, backlog=4096)
