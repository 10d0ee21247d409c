"""The secret in a tip's private link."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from django.conf import settings

# 144 bits: not to be guessed, and short enough for a chat.
TOKEN_BYTES = 18


def follow_token(tip_id: UUID) -> str:
    """Only its hash is stored; it can be made again from the id with the installation's key."""
    key = hashlib.sha256(b"sangto.intake.follow" + settings.SECRET_KEY.encode()).digest()
    mac = hmac.new(key, tip_id.bytes, hashlib.sha256).digest()[:TOKEN_BYTES]
    return base64.urlsafe_b64encode(mac).decode()


def hash_token(token: str) -> str:
    """What is stored and looked up."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
