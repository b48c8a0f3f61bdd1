"""Secrets that serve once: recovery codes, and the tokens of links sent by mail; only their digests are stored."""

import base64
import hashlib
import os
import re
import secrets
import unicodedata
import uuid

RECOVERY_CODES = 10
RECOVERY_BYTES = 10
TOKEN_BYTES = 32

_RECOVERY = re.compile(r"[A-Z2-7]{16}")
_LONGEST_TYPED = 64
# Base32 has none of these digits: whoever types one misread the letter.
_MISREAD = str.maketrans("018", "OIB")


def recovery_codes(n: int = RECOVERY_CODES) -> list[str]:
    """`n` random codes of 80 bits, `XXXX-XXXX-XXXX-XXXX` in base32, to show once."""
    return [_grouped(base64.b32encode(os.urandom(RECOVERY_BYTES)).decode("ascii")) for _ in range(n)]


def normalise_recovery(text: str) -> str | None:
    """The recovery code meant by what was typed (case, spaces, dashes aside), as `recovery_codes` wrote it, or None."""
    if len(text) > _LONGEST_TYPED:
        return None
    typed = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text))).upper().translate(_MISREAD)
    return _grouped(typed) if _RECOVERY.fullmatch(typed) else None


def digest(code: str, owner: uuid.UUID) -> str:
    """What is stored of a recovery code in its normal form: 64 hexadecimal characters, different for each owner.

    A plain SHA-256, where a password gets argon2id. A code is 80 random bits and not a human choice: there is no
    dictionary to try, only some 2^79 guesses for one code of one owner, and a found code still needs the password. A
    digest that can be computed again is found and burned in one UPDATE, where ten salted hashes would cost ten argon2id
    at each try, a gift to whoever wants the server busy. It departs from ASVS 5.0 V6.5.2, which asks a password hash
    below 112 bits.
    """
    return _sha256("recovery", str(owner), code)


def new_token() -> str:
    """A random token of 256 bits for a link, 43 characters safe in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str, purpose: str) -> str:
    """What is stored of a token: 64 hexadecimal characters that depend on its purpose; an invitation is no reset."""
    return _sha256("token", purpose, token)


def _grouped(letters: str) -> str:
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def _sha256(*parts: str) -> str:
    # What was typed comes last: the words before it are ours and hold no NUL, so two lists of parts never meet.
    return hashlib.sha256("\0".join(("vigie", *parts)).encode("utf-8", "surrogatepass")).hexdigest()
