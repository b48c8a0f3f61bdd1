"""One-use secrets: invitations, links for a new password, and what is half done between two pages of a sign-in."""

import datetime as dt
import hmac
import uuid
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from governance.accounts.codes import new_token, token_digest
from models.accounts import Token, TokenPurpose, User
from models.base import now

LIFETIMES = {
    TokenPurpose.INVITATION: dt.timedelta(hours=72),
    TokenPurpose.PASSWORD_RESET: dt.timedelta(minutes=30),
    TokenPurpose.PENDING: dt.timedelta(minutes=5),
    TokenPurpose.ENROLMENT: dt.timedelta(minutes=30),
}
_IDENTITY = 32  # hexadecimal digits of the row's identity, before the secret


def issue(session: Session, user: User, purpose: TokenPurpose) -> str:
    """A new secret for this user and purpose, 75 characters safe in an address; it dies with the present password."""
    identity, secret = uuid.uuid4(), new_token()
    session.add(
        Token(
            id=identity,
            user_id=user.id,
            purpose=purpose,
            digest=_digest(secret, purpose, user),
            expires_at=now() + LIFETIMES[purpose],
        )
    )
    return identity.hex + secret


def find(session: Session, text: str | None, purpose: TokenPurpose) -> Token | None:
    """The token that `text` opens, with its user; None when it is wrong, used, too old, or meant for something else."""
    identity = _identity(text or "")
    if identity is None or text is None:
        return None
    query = select(Token).options(joinedload(Token.user)).where(Token.id == identity, Token.purpose == purpose)
    token = session.scalars(query).one_or_none()
    if token is None or token.used_at or token.expires_at <= now() or token.user.is_disabled:
        return None
    fits = hmac.compare_digest(token.digest, _digest(text[_IDENTITY:], purpose, token.user))
    return token if fits else None


def use(session: Session, token: Token) -> bool:
    """Burn it, in one statement; False when another request just did."""
    done: Any = session.execute(
        update(Token).where(Token.id == token.id, Token.used_at.is_(None)).values(used_at=now())
    )
    return bool(done.rowcount == 1)


def end_all(session: Session, user: User, *purposes: TokenPurpose) -> None:
    """Burn what this user has not used yet, for these purposes (all of them when none is named)."""
    session.execute(
        update(Token)
        .where(Token.user_id == user.id, Token.used_at.is_(None), Token.purpose.in_(purposes or tuple(TokenPurpose)))
        .values(used_at=now())
    )


def _identity(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(hex=text[:_IDENTITY])
    except ValueError:
        return None


def _digest(secret: str, purpose: TokenPurpose, user: User) -> str:
    # The password's hash is part of the purpose: a link asked for before a change opens nothing after it.
    return token_digest(secret, f"{purpose}\0{user.password_hash or ''}")
