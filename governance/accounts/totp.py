"""Time-based codes (RFC 6238: SHA-1, six digits, thirty seconds); accepting a step once is left to the caller."""

import base64
import hmac
import os
import unicodedata
from datetime import datetime

import pyotp
import segno

PERIOD = 30
DIGITS = 6
SECRET_BYTES = 20
WINDOW = 1
DRIFT_WINDOW = 10

_LONGEST_TYPED = 64


def new_secret() -> str:
    """A random secret of 160 bits (RFC 4226 section 4, R6) in base32: 32 characters."""
    return base64.b32encode(os.urandom(SECRET_BYTES)).decode("ascii")


def spaced(secret: str) -> str:
    """The secret in groups of four, for whoever types it instead of scanning it."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def provisioning_uri(secret: str, login: str, issuer: str) -> str:
    """The otpauth address that an authenticator application reads, labelled `issuer:login`."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=PERIOD).provisioning_uri(name=login, issuer_name=issuer)


def qr_svg(uri: str) -> str:
    """The address as an SVG element of class `qr`, sized by its viewBox, to set inline in a page.

    Colours are attributes and the ground is white with its quiet zone, so it holds under `style-src 'self'` and can be
    scanned in the dark theme. It carries no role and no name: the element around it does.
    """
    return segno.make(uri, error="m", micro=False).svg_inline(
        omitsize=True, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )


def normalise(code: str) -> str | None:
    """The six ASCII digits meant by what was typed (any script, spaces and dashes aside), or None."""
    if len(code) > _LONGEST_TYPED:
        return None
    kept = [c for c in unicodedata.normalize("NFKC", code) if not _is_separator(c)]
    digits = [unicodedata.decimal(c, None) for c in kept]
    if len(digits) != DIGITS or None in digits:
        return None
    return "".join(map(str, digits))


def current_code(secret: str, at: datetime) -> str:
    """The code shown at that instant (aware) by an authenticator holding this secret."""
    return _code(secret, _step(at))


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """The time step whose code was typed, among the current one and its two neighbours (RFC 6238 section 5.2), or None.

    The caller accepts it only if its UPDATE raises the account's last step to it; `at` is aware.
    """
    return max(_matches(secret, code, _step(at), WINDOW), default=None)


def drift(secret: str, code: str, at: datetime) -> int | None:
    """By how many steps the authenticator's clock is ahead (behind when negative), up to ten, or None.

    Only to explain a refusal: a code found here is not accepted.
    """
    now = _step(at)
    return min((step - now for step in _matches(secret, code, now, DRIFT_WINDOW)), key=abs, default=None)


def _matches(secret: str, code: str, now: int, window: int) -> list[int]:
    typed = normalise(code)
    if typed is None:
        return []
    # Every step is computed and compared, so that the time taken does not tell which one matched.
    steps = range(max(now - window, 0), now + window + 1)
    equal = [hmac.compare_digest(_code(secret, step), typed) for step in steps]
    return [step for step, same in zip(steps, equal, strict=True) if same]


def _code(secret: str, step: int) -> str:
    return pyotp.TOTP(secret, digits=DIGITS, interval=PERIOD).generate_otp(step)


def _step(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("a time step needs an aware instant")
    return int(at.timestamp()) // PERIOD


def _is_separator(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Pd", "Cf")
