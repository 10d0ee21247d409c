"""The web process's application: streams in front, Django behind."""

from __future__ import annotations

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sangto.config.settings")
# First, because it sets Django up; what follows imports models.
django_application = get_asgi_application()

from sangto.live.asgi import App, LiveApp  # noqa: E402

application = LiveApp(cast("App", django_application))
