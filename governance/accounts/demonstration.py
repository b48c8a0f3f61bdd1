"""Demonstration accounts: only a database planted as a demonstration shows them, with their password and code."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from governance.accounts import factors, totp
from governance.database import session
from governance.installation import is_demonstration
from models.accounts import User
from models.base import now, today

LOGINS = ("admin", "direction", "dpo", "rssi", "dsi", "rh", "agent", "auditeur", "dpo-est", "referent")
PASSWORD = "demonstration-vigie"  # noqa: S105 -- told to everyone, and only where nothing is real


def accounts() -> list[tuple[str, str, list[str]]]:
    """(login, name, roles) of the demonstration accounts, in their usual order; none in a true installation."""
    if not is_demonstration():
        return []
    query = select(User).where(User.login.in_(LOGINS), User.disabled_at.is_(None)).options(selectinload(User.grants))
    day = today()
    found = sorted(session.scalars(query), key=lambda user: LOGINS.index(user.login))
    return [
        (user.login, user.name, list({grant.role.label: 1 for grant in user.grants if grant.is_in_force(day)}))
        for user in found
    ]


def code_of(user: User) -> str | None:
    """The next code that this demonstration account's phone would see accepted; None for any other account."""
    if not is_demonstration() or user.login not in LOGINS or not user.is_enrolled:
        return None
    at = now()
    step = int(at.timestamp()) // totp.PERIOD
    # A code serves once: after it the neighbour comes, so that nobody has to wait to try the demonstration again.
    ahead = min(max(user.totp_last_step + 1 - step, 0), totp.WINDOW)
    return totp.current_code(factors.open_secret(user), at + dt.timedelta(seconds=ahead * totp.PERIOD))
