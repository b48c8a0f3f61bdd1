"""Sessions: the only place that opens one, and how they end; the browsers that were seen before."""

import datetime as dt
import uuid

from flask import Response, after_this_request, current_app, g, request
from flask import session as cookie
from flask_login import login_user
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from governance import mail
from governance.accounts.codes import new_token, token_digest
from governance.browsers import browser, shortened
from governance.database import session
from governance.visitor import IDLE, Visitor, digest, visitor
from models.accounts import KnownDevice, RoleGrant, SignInSession, User
from models.base import day_of, now
from models.journal import Actor, Verb, tell
from models.permissions import Role

ABSOLUTE = dt.timedelta(hours=10)
ABSOLUTE_ADMINISTRATOR = dt.timedelta(hours=4)
PARALLEL = 5
DEVICE_LIFE = dt.timedelta(days=400)  # the longest that browsers keep a cookie


def empty_cookie() -> None:
    """Forget all that this browser held; a form in this very answer gets a new token against forged requests."""
    cookie.clear()
    g.pop("csrf_token", None)


def act_as(user: User) -> None:
    """From here on this request acts in the user's name: the door did not know her yet."""
    session.info["actor"] = Actor(user.id, user.name)


def establish_session(user: User, method: str) -> uuid.UUID:
    """Sign the user in on this browser, both factors given; `method` names the second. Gives the session's identity.

    The browser gets a new random token whatever it held before, so nobody can plant one in advance.
    """
    at, token = now(), new_token()
    act_as(user)
    for held in session.scalars(active(user.id, at).offset(PARALLEL - 1)):
        held.revoked_at = at
    held = SignInSession(
        user_id=user.id,
        digest=digest(token),
        seen_at=at,
        strong_at=at,
        expires_at=at + (ABSOLUTE_ADMINISTRATOR if _administers(user, day_of(at)) else ABSOLUTE),
        address=shortened(request.remote_addr),
        agent=browser(request.user_agent.string),
    )
    session.add(held)
    _remember_device(user, is_first=method == "enrolment")
    tell(session(), Verb.SIGNED_IN, user, method=method)
    empty_cookie()
    login_user(Visitor(user.id, user.login, user.name, token, held.id, at))
    return held.id


def active(user_id: uuid.UUID, at: dt.datetime) -> Select[SignInSession]:
    """The sessions of a user that still hold, the latest opened first."""
    return (
        select(SignInSession)
        .where(
            SignInSession.user_id == user_id,
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > at,
            SignInSession.seen_at > at - IDLE,
        )
        .order_by(SignInSession.created_at.desc(), SignInSession.id)
    )


def end_present_session() -> None:
    """Whoever was signed in on this browser no longer is."""
    if visitor().signed_in:
        session.get_one(SignInSession, visitor().session_id).revoked_at = now()


def end_sessions(user_id: uuid.UUID, but: uuid.UUID | None = None) -> None:
    """End every session of a user, or all but one."""
    query = update(SignInSession).where(SignInSession.user_id == user_id, SignInSession.revoked_at.is_(None))
    session.execute((query.where(SignInSession.id != but) if but else query).values(revoked_at=now()))


def known_device(other: Session, user_id: uuid.UUID) -> str | None:
    """The mark of this browser for this user when she signed in with it before; None for any other."""
    token = _device_token()
    mark = _device_mark(token, user_id) if token else ""
    known = other.scalar(select(KnownDevice.id).where(KnownDevice.user_id == user_id, KnownDevice.digest == mark))
    return mark if known else None


def _remember_device(user: User, *, is_first: bool) -> None:
    """Mark this browser as the user's; she is told by mail of one that was never seen."""
    if known_device(session(), user.id):
        return
    token = _device_token() or new_token()
    session.add(KnownDevice(user_id=user.id, digest=_device_mark(token, user.id)))
    if not is_first:
        agent, at = browser(request.user_agent.string), now()
        mail.queue(user.email, "accounts/mail_new_device.txt", user=user, agent=agent, at=at)

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            _device_cookie(),
            _signer().dumps(token),
            max_age=DEVICE_LIFE,
            secure=current_app.extensions["settings"].is_https,
            httponly=True,
            samesite="Lax",
        )
        return response


def _device_token() -> str | None:
    """The token of this browser's cookie; None without one, or with one that we did not sign."""
    try:
        return str(_signer().loads(request.cookies.get(_device_cookie(), "")))
    except BadSignature:
        return None


def _device_mark(token: str, user_id: uuid.UUID) -> str:
    # One cookie serves all the people of a shared computer, and says nothing of them.
    return token_digest(token, f"device\0{user_id}")


def _device_cookie() -> str:
    return "__Host-vigie-device" if current_app.extensions["settings"].is_https else "vigie-device"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known device")


def _administers(user: User, today: dt.date) -> bool:
    held = RoleGrant.in_force(today).where(RoleGrant.user_id == user.id, RoleGrant.role == Role.ADMINISTRATOR)
    return session.scalars(held).first() is not None
