"""Beginnings and new beginnings: an invitation accepted, a phone enrolled, a password forgotten."""

import uuid

from flask import abort, request
from flask import session as cookie
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import mail, throttle
from governance.accounts import factors, tokens, totp
from governance.accounts.entry import hasher
from governance.accounts.sessions import act_as, end_present_session, end_sessions, establish_session
from governance.database import aside, session
from governance.keys import KeyMissing, SealBroken
from governance.visitor import visitor
from models.accounts import RoleGrant, Token, TokenPurpose, User
from models.base import now
from models.establishments import Establishment
from models.journal import Verb, tell

ENROLMENT = "enrolment"  # under these names the browser's cookie keeps the secret of an enrolment,
SECRET = "factor"  # noqa: S105 -- its TOTP secret, sealed: only the server can read it,
CODES = "codes"  # and the recovery codes to show once, sealed as well.


def expected_words(other: Session, user: User) -> list[str]:
    """What somebody who knows this person would try first as her password."""
    places = other.scalars(
        select(Establishment.name)
        .join(RoleGrant, RoleGrant.establishment_id == Establishment.id)
        .where(RoleGrant.user_id == user.id)
    )
    return [user.login, user.name, user.email.partition("@")[0], *places]


def set_password(user: User, hashed: str) -> None:
    """Give the user the password of this hash: every session and every link asked for under the old one ends."""
    act_as(user)
    user.password_hash, user.password_changed_at = hashed, now()
    tell(session(), Verb.PASSWORD_CHANGED, user)
    tokens.end_all(session(), user)


def accept(token: Token, hashed: str | None) -> bool:
    """Use the invitation: set the password unless she keeps hers (None), then open the enrolment of a phone.

    False when another request just used it.
    """
    if not tokens.use(session(), token):
        return False
    user = session.get_one(User, token.user_id)
    if hashed:
        set_password(user, hashed)
    begin_enrolment(user)
    return True


def is_present_password(user_id: uuid.UUID, password_hash: str | None, clear: str) -> bool:
    """Whether `clear` is her password, asked again. Aborts with 429 after ten tries in five minutes.

    It is slow, and counts its tries aside: call it before the request has asked the database anything.
    """
    with aside(visitor().actor) as other:
        allowed = throttle.PASSWORD_AGAIN.take(other, str(user_id), now())
    if not allowed:
        abort(429)
    return hasher().verify(password_hash, clear)


def begin_enrolment(user: User) -> None:
    """Open the enrolment of a phone on this browser, for half an hour."""
    session.flush()
    tokens.end_all(session(), user, TokenPurpose.ENROLMENT)
    cookie.pop(SECRET, None)
    cookie[ENROLMENT] = tokens.issue(session(), user, TokenPurpose.ENROLMENT)


def open_enrolment() -> Token | None:
    """The enrolment that this browser has begun."""
    return tokens.find(session(), cookie.get(ENROLMENT), TokenPurpose.ENROLMENT)


def offered_secret(token: Token) -> str:
    """The TOTP secret that this enrolment offers, made on first sight; what a form says of it is never read."""
    ring = factors.ring()
    try:
        return ring.open_sealed(cookie.get(SECRET, ""), purpose=ENROLMENT, owner=token.id).decode("ascii")
    except (SealBroken, KeyMissing):
        secret = totp.new_secret()
        cookie[SECRET] = ring.seal(secret.encode("ascii"), purpose=ENROLMENT, owner=token.id)
        return secret


def confirm(token: Token, typed: str) -> bool:
    """Enrol the offered secret, proved by one of its codes, and sign in; every other session of hers ends, and the one
    of whoever was on this browser.

    Raises RuleBroken("code") for a wrong code. False when another request just finished this enrolment.
    """
    secret = offered_secret(token)
    step = factors.checked_step(secret, typed)
    if not tokens.use(session(), token):
        return False
    user = session.get_one(User, token.user_id)
    act_as(user)
    if user.is_enrolled:
        mail.queue(user.email, "accounts/mail_factor_changed.txt", user=user)
    made = factors.enrol(user, secret, step)
    tell(session(), Verb.FACTOR_ENROLLED, user)
    end_sessions(user.id)
    end_present_session()
    tokens.end_all(session(), user)
    keep_codes(made, establish_session(user, "enrolment"))
    return True


def keep_codes(made: list[str], session_id: uuid.UUID | None) -> None:
    """Keep recovery codes for the next page, readable in this very session only."""
    owner = session_id or uuid.UUID(int=0)
    cookie[CODES] = factors.ring().seal(" ".join(made).encode("ascii"), purpose=CODES, owner=owner)


def take_codes() -> list[str]:
    """The recovery codes just made, shown once; none afterwards."""
    owner = visitor().session_id or uuid.UUID(int=0)
    try:
        return factors.ring().open_sealed(cookie.pop(CODES, ""), purpose=CODES, owner=owner).decode("ascii").split()
    except (SealBroken, KeyMissing):
        return []


def ask_new_password(login: str) -> None:
    """Send a link for a new password if such an account exists and may have one; nobody sees whether it did.

    Aborts with 429 when this place asks too often; a too frequent demand for one account sends nothing.
    """
    attempt = throttle.Attempt(now())
    with aside(visitor().actor) as other:
        here = attempt.within(other, throttle.RESET_ADDRESS, request.remote_addr or "")
        account = here and attempt.within(other, throttle.RESET_MAIL, login)
    if not here:
        abort(429)
    user = session.scalars(select(User).where(User.login == login)).one_or_none()
    if user is None or user.is_disabled or not user.is_enrolled or not account:
        return
    tokens.end_all(session(), user, TokenPurpose.PASSWORD_RESET)
    link = mail.link("accounts.reset", token=tokens.issue(session(), user, TokenPurpose.PASSWORD_RESET))
    mail.queue(user.email, "accounts/mail_password_reset.txt", user=user, address=link)
    tell(session(), Verb.PASSWORD_RESET_ASKED, user)


def reset_password(token: Token, hashed: str) -> bool:
    """Use the link: set the password, end every session, tell the person. False when the link was just used."""
    if not tokens.use(session(), token):
        return False
    user = session.get_one(User, token.user_id)
    set_password(user, hashed)
    end_sessions(user.id)
    mail.queue(user.email, "accounts/mail_password_changed.txt", user=user)
    return True
