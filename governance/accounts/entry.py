"""Coming in: the password, then the second factor; between the two the sign-in waits on the server."""

import datetime as dt
import uuid
from dataclasses import dataclass

from flask import abort, current_app, flash, request
from flask import session as cookie
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from governance import mail, throttle
from governance.accounts import codes, factors, tokens
from governance.accounts.passwords import Hasher
from governance.accounts.sessions import empty_cookie, end_present_session, establish_session, known_device
from governance.database import aside, session
from governance.visitor import visitor
from models.accounts import SignInSession, Token, TokenPurpose, User
from models.base import now
from models.journal import Verb, tell

PENDING = "pending"  # under this name the browser's cookie keeps the secret of a sign-in half done


def hasher() -> Hasher:
    """How this installation hashes passwords."""
    kept: Hasher = current_app.extensions.setdefault("hasher", Hasher())
    return kept


@dataclass(frozen=True)
class _Known:
    """What a sign-in needs of an account, read before the slow hashing; the same for a login that does not exist."""

    id: uuid.UUID | None = None
    password_hash: str | None = None
    is_open: bool = False


def check_password(login: str, clear: str) -> User | None:
    """The user who may go on to the second factor, or None: unknown, wrong, disabled, locked, not enrolled, all alike.

    Every case reads, counts and hashes the same. Aborts with 429 when this place tries too often. Raises Overloaded.
    """
    attempt = throttle.Attempt(now())
    with aside(visitor().actor) as other:
        known = _read(other, login)
        too_many, locked = _counted(other, attempt, known, login)
    if too_many:
        abort(429)
    right = hasher().verify(known.password_hash, clear)
    if not right or locked or not known.is_open:
        return None
    stronger = hasher().hash_password(clear) if hasher().needs_rehash(known.password_hash or "") else None
    attempt.succeeded(session())
    user = session.get_one(User, known.id)
    if stronger:
        session.execute(
            update(User).where(User.id == user.id).values(password_hash=stronger).execution_options(told=True)
        )
        session.refresh(user)
    return user


def _read(other: Session, login: str) -> _Known:
    user = other.scalars(select(User).where(User.login == login)).one_or_none()
    return _Known(user.id, user.password_hash, user.is_enrolled and not user.is_disabled) if user else _Known()


def _counted(other: Session, attempt: throttle.Attempt, known: _Known, login: str) -> tuple[bool, bool]:
    """Whether this place tries too often (anyone may know it), and whether the account is locked (nobody may)."""
    device = known_device(other, known.id or uuid.UUID(int=0))
    if device:
        return False, not attempt.within(other, throttle.DEVICE, device)
    address = request.remote_addr or ""
    here = attempt.within(other, throttle.ADDRESS, address) and attempt.within(
        other, throttle.ADDRESS_AND_ACCOUNT, f"{address} {login}"
    )
    return not here, here and not attempt.within(other, throttle.ACCOUNT, login)


def begin(user: User) -> None:
    """Keep that the password was right, for five minutes; whoever was signed in on this browser no longer is."""
    end_present_session()
    empty_cookie()
    cookie[PENDING] = tokens.issue(session(), user, TokenPurpose.PENDING)


def pending(other: Session) -> Token | None:
    """The sign-in that this browser has half done."""
    return tokens.find(other, cookie.get(PENDING), TokenPurpose.PENDING)


def finish(typed: str) -> User | None:
    """Sign in with the second factor; None when the half sign-in is over, and must begin again.

    Raises RuleBroken("code") for a wrong code; aborts with 429 beyond the limits.
    """
    attempt = throttle.Attempt(now())
    with aside(visitor().actor) as other:
        waiting = pending(other)
        allowed = waiting is not None and _count_code(other, attempt, waiting.user_id, typed)
        other.expunge_all()
    if waiting is None:
        return None
    if not allowed:
        abort(429)
    user = session.get_one(User, waiting.user_id)
    method = factors.prove(user, typed)
    if not tokens.use(session(), waiting):
        return None
    attempt.succeeded(session())
    establish_session(user, method)
    _told_if_recovery(user, method)
    return user


def refresh(typed: str) -> None:
    """Take a fresh code from someone signed in: sensitive doors open to her for ten minutes.

    Raises RuleBroken("code") for a wrong code; aborts with 429 beyond the limits.
    """
    who, attempt = visitor(), throttle.Attempt(now())
    with aside(who.actor) as other:
        allowed = _count_code(other, attempt, who.user_id or uuid.UUID(int=0), typed)
    if not allowed:
        abort(429)
    user = session.get_one(User, who.user_id)
    method = factors.prove(user, typed)
    attempt.succeeded(session())
    session.get_one(SignInSession, who.session_id).strong_at = now()
    _told_if_recovery(user, method)


def _count_code(other: Session, attempt: throttle.Attempt, user_id: uuid.UUID, typed: str) -> bool:
    whom = known_device(other, user_id) or str(user_id)
    if codes.normalise_recovery(typed) is not None:
        return attempt.within(other, throttle.RECOVERY, whom)
    return attempt.within(other, throttle.SECOND_FACTOR, whom)


def _told_if_recovery(user: User, method: str) -> None:
    if method != "recovery":
        return
    tell(session(), Verb.RECOVERY_CODE_USED, user)
    left = factors.recovery_codes_left(user)
    mail.queue(user.email, "accounts/mail_recovery_code_used.txt", user=user, left=left)
    flash(_("Ce code de secours ne servira plus\u00a0; il vous en reste %(left)s.", left=left), "warning")


def leave() -> None:
    """End the session of this browser."""
    who = visitor()
    session.get_one(SignInSession, who.session_id).revoked_at = now()
    tell(session(), Verb.SIGNED_OUT, session.get_one(User, who.user_id))
    empty_cookie()


def password_outlived(user: User, days: int, at: dt.datetime) -> int | None:
    """Days left to a password of at most `days` days, negative when it is over; None when its age does not matter."""
    if not days or user.password_changed_at is None:
        return None
    return (user.password_changed_at + dt.timedelta(days=days) - at).days
