"""The secrets of collection: random tokens of which only a digest is kept, and codes that are handed separately."""

import hashlib
import hmac
import secrets
import uuid

from flask import current_app

TOKEN_BYTES = 32


def new_token() -> str:
    """A random token of 256 bits, safe in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str, purpose: str) -> str:
    """What is stored of a token; it depends on its purpose."""
    return hashlib.sha256(f"charters {purpose}\0{token}".encode("utf-8", "surrogatepass")).hexdigest()


def desk_code() -> str:
    """Four digits, told at the desk to whoever stands there."""
    return f"{secrets.randbelow(10_000):04}"


def personal_code(campaign_id: uuid.UUID, person_id: uuid.UUID) -> str:
    """The six digits that somebody is given apart from her link: always the same for a person in a campaign.

    They come from the installation's secret, so that they can be printed again and are kept nowhere.
    """
    told = f"charters code\0{campaign_id}\0{person_id}".encode()
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return f"{int.from_bytes(hmac.digest(secret, told, 'sha256')[:8]) % 1_000_000:06}"


def same(typed: str | None, wanted: str) -> bool:
    """Whether what was typed is the code, blanks aside, compared in constant time."""
    return hmac.compare_digest("".join((typed or "").split()).encode(), wanted.encode())
