"""Settings from the environment. A missing or wrong value stops the start and says how to mend it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

ROOMS = (
    "ui",
    "audit",
    "live",
    "network",
    "delivery",
    "catalogue",
    "evidence",
    "intake",
    "playbooks",
    "rumours",
    "publishing",
    "drills",
    "training",
    "contest",
    "reports",
)
DATA_DIR = Path(os.environ.get("SANGTO_DATA", ".sangto")).resolve()
DEBUG = False
SECRET_KEY = os.environ.get("SANGTO_SECRET_KEY", "only-for-tests-and-tools")
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rules",
    "treebeard",
    "django_htmx",
    "procrastinate.contrib.django",
    *[f"sangto.{room}" for room in ROOMS],
]
AUTH_USER_MODEL = "network.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "sangto.config.urls"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ.get("PGHOST", "/tmp"),
        "NAME": "sangto",
        "USER": "postgres",
    }
}
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_CODE = "vi"
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
