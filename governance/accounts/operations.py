"""What is done to accounts: invited, given roles, closed, brought back in; and the keys that seal their secrets."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from governance import mail, throttle
from governance.accounts import demonstration, factors, tokens, totp
from governance.accounts.entry import hasher
from governance.accounts.sessions import end_sessions
from governance.database import session
from governance.installation import installation, is_demonstration
from models.accounts import KnownDevice, RecoveryCode, RoleGrant, SignInSession, Token, TokenPurpose, User
from models.base import now, today
from models.journal import Verb, tell
from models.permissions import Role
from models.rules import RuleBroken
from models.vocabulary import N_

LOGIN = r"[a-z0-9][a-z0-9._-]+"
LOGIN_RULE = N_("Lettres minuscules sans accent, chiffres, points et tirets, par exemple a.martin.")
KEPT = dt.timedelta(days=400)  # how long ended sessions and the marks of known browsers stay


@dataclass(frozen=True)
class Place:
    """Where a role counts: everywhere (no establishment), in one establishment, or in one of its departments."""

    establishment_id: uuid.UUID | None = None
    department_id: uuid.UUID | None = None


def invite(by: str, login: str, name: str, email: str) -> tuple[User, str]:
    """A new account, and the link of its invitation, mailed too; `by` is who invites, as the mail names her.

    Raises RuleBroken("login") when the login is malformed or taken.
    """
    if not re.fullmatch(LOGIN, login) or len(login) > User.MAX_LOGIN:
        raise RuleBroken("login", LOGIN_RULE)
    if session.scalar(select(User.id).where(User.login == login)):
        raise RuleBroken("login", N_("Cet identifiant est déjà pris."))
    user = User(login=login, name=name, email=email)
    session.add(user)
    session.flush()
    return user, send_invitation(user, by)


def send_invitation(user: User, by: str) -> str:
    """Mail a new invitation, the only one that works from now on; gives its link. Raises RuleBroken when she is in."""
    if user.is_enrolled or user.is_disabled:
        raise RuleBroken("", N_("Ce compte n’attend pas d’invitation."))
    link = _invitation(user)
    mail.queue(user.email, "accounts/mail_invitation.txt", user=user, by=by, address=link)
    tell(session(), Verb.INVITED, user)
    return link


def _invitation(user: User) -> str:
    tokens.end_all(session(), user)
    return mail.link("accounts.accept", token=tokens.issue(session(), user, TokenPurpose.INVITATION))


def create_first_administrator(login: str, name: str, email: str) -> str:
    """An administrator of the whole group, for the command line only; gives the link of her invitation.

    Raises RuleBroken("login") when the login is malformed or taken. It is also the way back in when all are lost.
    """
    user, link = invite("La ligne de commande", login, name, email)
    session.add(_granted(user, Role.ADMINISTRATOR, Place(), today()))
    return link


def grant(
    user: User, role: Role, place: Place, by: User | None, starts_on: dt.date, ends_on: dt.date | None = None
) -> RoleGrant:
    """Give a role; whoever was signed in under the former roles is signed out. Raises RuleBroken for an odd one."""
    if ends_on and ends_on < starts_on:
        raise RuleBroken("ends_on", N_("La fin vient avant le début."))
    if ends_on and ends_on < today():
        raise RuleBroken("ends_on", N_("La fin est déjà passée\u00a0: ce rôle ne donnerait rien."))
    if (role is Role.CONTACT) != (place.department_id is not None):
        raise RuleBroken("department_id", N_("Un référent de service a un service, les autres rôles n’en ont pas."))
    if any(held.role is role and _is_at(held, place) and _overlaps(held, starts_on, ends_on) for held in user.grants):
        raise RuleBroken("role", N_("Cette personne a déjà ce rôle à cet endroit, au moins une partie de ces jours."))
    given = _granted(user, role, place, starts_on)
    given.ends_on, given.granted_by = ends_on, by
    session.add(given)
    session.flush()
    end_sessions(user.id)
    return given


def _granted(user: User, role: Role, place: Place, starts_on: dt.date) -> RoleGrant:
    return RoleGrant(
        user=user,
        role=role,
        establishment_id=place.establishment_id,
        department_id=place.department_id,
        starts_on=starts_on,
        granted_at=now(),
    )


def _is_at(held: RoleGrant, place: Place) -> bool:
    return (held.establishment_id, held.department_id) == (place.establishment_id, place.department_id)


def _overlaps(held: RoleGrant, starts_on: dt.date, ends_on: dt.date | None) -> bool:
    """Whether a role that was not taken back counts on one of these days."""
    begins_before = ends_on is None or held.starts_on <= ends_on
    return held.revoked_at is None and begins_before and (held.ends_on is None or starts_on <= held.ends_on)


def is_lasting(held: RoleGrant) -> bool:
    """Whether a role counts today or will: neither taken back nor over."""
    return held.revoked_at is None and (held.ends_on is None or held.ends_on >= today())


def revoke(held: RoleGrant, by: User, reason: str) -> None:
    """Take a role back. Raises RuleBroken when nobody would administer the group any more."""
    if _administers_all(held):
        _keep_an_administrator(held.user)
    held.revoke(by, now(), reason)
    session.flush()
    end_sessions(held.user_id)


def disable(user: User) -> None:
    """Close an account and all that is open under it. Raises RuleBroken for the last administrator."""
    if any(_administers_all(held) for held in user.grants):
        _keep_an_administrator(user)
    user.disable(now())
    session.flush()
    end_sessions(user.id)
    tokens.end_all(session(), user)


def _administers_all(held: RoleGrant) -> bool:
    return held.role is Role.ADMINISTRATOR and held.establishment_id is None and is_lasting(held)


def _keep_an_administrator(leaving: User) -> None:
    """Raise RuleBroken unless somebody else, enrolled, administers the whole group without an end.

    The rows are locked: of two administrators who close each other's account at once, the second finds nobody.
    """
    query = (
        RoleGrant.in_force(today())
        .join(User, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.establishment_id.is_(None),
            RoleGrant.ends_on.is_(None),
            User.disabled_at.is_(None),
            User.totp_confirmed_at.is_not(None),
        )
        .order_by(RoleGrant.id)
        .with_for_update()
    )
    if all(held.user_id == leaving.id for held in session.scalars(query)):
        raise RuleBroken("", N_("C’est le dernier administrateur du groupement\u00a0: nommez-en d’abord un autre."))


def reset_factor(user: User, by: str, reason: str, *, password_too: bool) -> str:
    """Forget a lost phone, its recovery codes and every open session; gives the link of the new enrolment, mailed too.

    The enrolment asks for the present password, unless that is lost as well: then it is all that an account without a
    phone has to forget. Raises RuleBroken when there is nothing to forget.
    """
    had_phone = user.totp_confirmed_at is not None
    if not had_phone and not (password_too and user.password_hash):
        raise RuleBroken("", N_("Ce compte n’a pas de second facteur\u00a0: renvoyez plutôt l’invitation."))
    user.totp_sealed = user.totp_confirmed_at = None
    if password_too:
        user.password_hash = user.password_changed_at = None
    tell(session(), Verb.FACTOR_RESET if had_phone else Verb.PASSWORD_ERASED, user, reason=reason)
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.execute(delete(KnownDevice).where(KnownDevice.user_id == user.id))
    end_sessions(user.id)
    link = _invitation(user)
    template = "accounts/mail_factor_reset.txt"
    mail.queue(user.email, template, user=user, by=by, reason=reason, address=link, had_phone=had_phone)
    return link


def change_identity(user: User, name: str, email: str) -> None:
    """Correct a name or an address; both addresses are told of a new one."""
    former, user.name = user.email, name
    if email == former:
        return
    user.email = email
    for recipient in (former, email):
        mail.queue(recipient, "accounts/mail_email_changed.txt", user=user, former=former)


def rotate_keys() -> tuple[str, int, list[str]]:
    """Make a new sealing key and seal every second factor with it; gives the key's name, how many were sealed anew, and
    the logins of those that no key opens: they stay as they are.

    The former keys stay on disk: backups need them. Run again after a crash, it finishes the work.
    """
    sealed, lost = factors.every_secret()
    ring = factors.ring()
    key = ring.rotate()
    for user, secret in sealed:
        anew = ring.seal(secret.encode("ascii"), purpose=factors.PURPOSE, owner=user.id)
        session.execute(
            update(User).where(User.id == user.id).values(totp_sealed=anew).execution_options(told=True)
        )  # the same secret in another envelope: the journal tells the rotation, not a change of each account
    tell(session(), Verb.KEYS_ROTATED, installation(), "Vigie", key=key, resealed=len(sealed))
    return key, len(sealed), lost


def current_demo_code(login: str) -> str:
    """The code of a demonstration account. Raises RuleBroken outside a demonstration database, or for another login."""
    if not is_demonstration():
        raise RuleBroken("login", N_("Il n’y a de code que pour les comptes d’une base de démonstration."))
    user = session.scalars(select(User).where(User.login == login)).one_or_none()
    code = demonstration.code_of(user) if user else None
    if code is None:
        known = ", ".join(one for one, _name, _roles in demonstration.accounts())
        raise RuleBroken("login", N_("Ce n’est pas un compte de la démonstration. Ses comptes\u00a0: %s.") % known)
    return code


def demonstration_maker(password: str) -> Callable[..., User]:
    """What makes a demonstration account: ready to sign in, with this password and a phone that nobody holds."""
    hashed = hasher().hash_password(password)

    def make(login: str, name: str, email: str) -> User:
        identity, at = uuid.uuid4(), now()
        sealed = factors.ring().seal(totp.new_secret().encode("ascii"), purpose=factors.PURPOSE, owner=identity)
        return User(
            id=identity, login=login, name=name, email=email, password_hash=hashed, password_changed_at=at,
            totp_sealed=sealed, totp_last_step=0, totp_confirmed_at=at,
        )  # fmt: skip

    return make


def forget(opened: Session, at: dt.datetime) -> int:
    """Remove what has served: tries of past days, links and sessions that ended; gives how many rows."""
    done = throttle.forget(opened, at - dt.timedelta(days=2))
    ended = or_(SignInSession.expires_at < at - KEPT, SignInSession.revoked_at < at - KEPT)
    for rows in (
        delete(Token).where(Token.expires_at < at),
        delete(SignInSession).where(ended),
        delete(KnownDevice).where(KnownDevice.created_at < at - KEPT),
    ):
        done += opened.execute(rows).rowcount  # type: ignore[attr-defined]
    return done
