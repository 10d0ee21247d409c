"""Django's settings. What the environment may say is read, and checked, in `environment.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sangto.config import environment

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
HERE = Path(__file__).resolve().parent

# -- the installation -------------------------------------------------------------------------------------------------
DATA_DIR = environment.data_dir()
SECRET_KEY = environment.secret_key(DATA_DIR)
BASE_URL = SANGTO_BASE_URL = environment.base_url()
ALLOWED_HOSTS = environment.hosts(BASE_URL)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
HTTPS = urlsplit(BASE_URL).scheme == "https"
# The encoder's files: another ONNX encoder, and where ours is kept once converted.
ENCODER_DIR = environment.folder_or_none("SANGTO_ENCODER_DIR")
DEBUG = False

# -- rooms and what they stand on -------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # Before the rooms, whose receivers and jobs need it; its tasks are each room's `jobs.py`.
    "procrastinate.contrib.django",
    # Before allauth, so that their templates stand in front of its own.
    *[f"sangto.{room}" for room in ROOMS],
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rules",
    "treebeard",
    "django_htmx",
]
AUTH_USER_MODEL = "network.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sangto.config.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sangto.network.middleware.ViewerMiddleware",
]
ROOT_URLCONF = "sangto.config.urls"
ASGI_APPLICATION = "sangto.config.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sangto.network.context.network_context",
            ]
        },
    }
]

# -- the record -------------------------------------------------------------------------------------------------------
_database = environment.database(DATA_DIR)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **{name: value for name, value in _database.items() if name.isupper()},
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **{name: value for name, value in _database.items() if name.islower()},
            # Each request runs in a thread of its own; the pool keeps the number of server processes bounded.
            "pool": {"min_size": 1, "max_size": environment.whole_number("SANGTO_POOL", 20, 2, 500), "timeout": 20},
        },
    }
}

# -- who signs in -----------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "network:desks"
ACCOUNT_ADAPTER = "sangto.network.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
# Nobody signs up (the adapter refuses): people are entered by those who lead a desk, who answer for the address.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_PREVENT_ENUMERATION = True
# An address without an account gets no letter: anyone could have typed it.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Whoever's password or second step was changed hears of it.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Wrong passwords, from one address and for one account; the other limits are allauth's own.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
# A passkey needs https, or a browser on this machine that calls it localhost; an IP address cannot have one.
PASSKEYS = HTTPS or urlsplit(BASE_URL).hostname == "localhost"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", *(["webauthn"] if PASSKEYS else [])]
MFA_PASSKEY_LOGIN_ENABLED = PASSKEYS
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "Sáng Tỏ"

# -- languages and times ----------------------------------------------------------------------------------------------
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_CODE = "vi"
LANGUAGE_COOKIE_NAME = "sangto_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
LOCALE_PATHS = [HERE.parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# -- files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Names carry a hash of the content, so that browsers may keep them for ever.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = DATA_DIR / "media"

# -- mail: everything goes through the outbox of `delivery`, which alone talks to a server ----------------------------
EMAIL_BACKEND = "sangto.delivery.backend.OutboxEmailBackend"
MAIL = environment.mail()
DEFAULT_FROM_EMAIL = environment.mail_from(BASE_URL)

# -- what a browser may do --------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
# No page of another site learns which tip or desk someone came from.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "sangto_session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = "sangto_csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "sangto.config.errors.csrf_failure"
# Enough for 200 kB of text with every letter percent-encoded; a form says itself what is too long for it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# -- logs carry ids only ----------------------------------------------------------------------------------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"routes": {"()": "sangto.config.logs.RoutesOnly"}},
    "formatters": {
        "plain": {
            "()": "sangto.config.logs.IdsOnlyFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["routes"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # Its own handlers would write addresses with tokens in them, and mail tracebacks.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "faiss": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "psycopg": {"level": "ERROR"},
        "psycopg.pool": {"level": "ERROR"},
        "uvicorn": {"level": "WARNING"},
    },
}
LOGGING_CONFIG = "logging.config.dictConfig"
