"""The installation's own settings, with a data folder that goes away and without what costs time."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="sangto-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["SANGTO_DATA"] = _folder
os.environ["SANGTO_SECRET_KEY"] = "only-for-tests-" + "x" * 40
for _name in ("DATABASE_URL", "SANGTO_BASE_URL", "SANGTO_HOSTS", "SANGTO_EMAIL_URL", "SANGTO_MAIL_FROM", "SANGTO_POOL"):
    os.environ.pop(_name, None)
if os.environ.get("SANGTO_TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["SANGTO_TEST_DATABASE_URL"]

from sangto.config.settings import *  # noqa: E402, F403
from sangto.config.settings import ALLOWED_HOSTS, DATABASES, STORAGES  # noqa: E402

# The test client is one thread: a pool would only keep connections that hinder the dropping of a test database.
DATABASES["default"]["OPTIONS"].pop("pool")
ALLOWED_HOSTS.append("testserver")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# No static files are collected for a test run; without this WhiteNoise warns at each start.
WHITENOISE_AUTOREFRESH = True
