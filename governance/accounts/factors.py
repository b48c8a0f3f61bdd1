"""The second factor: codes accepted once, recovery codes burned, and the enrolment of a phone."""

from typing import Any

from flask import current_app
from sqlalchemy import delete, func, select, update

from governance.accounts import codes, totp
from governance.database import session
from governance.keys import KeyMissing, KeyRing, SealBroken
from models.accounts import RecoveryCode, User
from models.base import now
from models.rules import RuleBroken
from models.vocabulary import N_

PURPOSE = "totp"

WRONG = N_("Ce code n’est pas le bon\u00a0: recopiez celui que votre téléphone affiche maintenant.")
NOT_ON_THE_LIST = N_(
    "Ce code de secours n’est pas de votre liste actuelle, ou il a déjà servi\u00a0: recopiez-en un qui n’a pas servi."
)
REPLAYED = N_("Ce code a déjà servi\u00a0: attendez le suivant, il vient en moins de 30 secondes.")
CLOCK = N_(
    "Ce code n’est pas celui de maintenant\u00a0: réglez l’heure de votre téléphone sur «\u00a0automatique\u00a0»."
)
UNREADABLE = N_("Votre second facteur ne peut pas être vérifié\u00a0: prévenez l’administrateur de Vigie.")


def ring() -> KeyRing:
    """The sealing keys of this installation."""
    return KeyRing.open(current_app.extensions["settings"].keys_dir)


def prove(user: User, typed: str) -> str:
    """Consume the code typed, of the phone ("totp") or of recovery ("recovery"), and say which it was.

    A phone's code is accepted once: its time step must exceed the last accepted (RFC 6238 section 5.2), in one UPDATE
    of the transaction that opens the session. Raises RuleBroken("code") otherwise.
    """
    recovery = codes.normalise_recovery(typed)
    if recovery is not None:
        if not _burn(user, recovery):
            raise RuleBroken("code", NOT_ON_THE_LIST)
        return "recovery"
    step = checked_step(open_secret(user), typed)
    accepted: Any = session.execute(
        update(User)
        .where(User.id == user.id, User.totp_last_step < step)
        .values(totp_last_step=step)
        .execution_options(told=True)  # a technical counter, no fact for the journal
    )
    if accepted.rowcount != 1:
        raise RuleBroken("code", REPLAYED)
    return "totp"


def checked_step(secret: str, typed: str) -> int:
    """The time step of a right code. Raises RuleBroken("code"), with a hint when only the phone's clock is wrong."""
    at = now()
    step = totp.matching_step(secret, typed, at)
    if step is None:
        if totp.drift(secret, typed, at) is None:
            raise RuleBroken("code", WRONG)
        current_app.logger.info("second factor refused: clock")
        raise RuleBroken("code", CLOCK)
    return step


def open_secret(user: User) -> str:
    """The user's TOTP secret, in base32. Raises RuleBroken("code") when its seal does not hold for this very user."""
    try:
        return _opened(user)
    except (SealBroken, KeyMissing) as fault:
        current_app.logger.error("second factor of %s: %s", user.login, fault)
        raise RuleBroken("code", UNREADABLE) from fault


def every_secret() -> tuple[list[tuple[User, str]], list[str]]:
    """Each account with its TOTP secret, and the logins of those whose secret no key here opens; in one query."""
    opened, lost = [], []
    for user in session.scalars(select(User).where(User.totp_sealed != "").order_by(User.login)):
        try:
            opened.append((user, _opened(user)))
        except (SealBroken, KeyMissing):
            lost.append(user.login)
    return opened, lost


def _opened(user: User) -> str:
    keys = KeyRing(current_app.extensions["settings"].keys_dir)  # nothing was ever sealed by a key made just now
    return keys.open_sealed(user.totp_sealed or "", purpose=PURPOSE, owner=user.id).decode("ascii")


def enrol(user: User, secret: str, step: int) -> list[str]:
    """Make `secret` the user's second factor, the step that confirmed it consumed; gives ten new recovery codes."""
    user.totp_sealed = ring().seal(secret.encode("ascii"), purpose=PURPOSE, owner=user.id)
    user.totp_confirmed_at = now()
    user.totp_last_step = max(user.totp_last_step, step)
    return renew_recovery_codes(user)


def renew_recovery_codes(user: User) -> list[str]:
    """Ten new codes to show once; those before them no longer open anything."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    made = codes.recovery_codes()
    session.add_all(RecoveryCode(user_id=user.id, digest=codes.digest(code, user.id)) for code in made)
    return made


def recovery_codes_left(user: User) -> int:
    """How many recovery codes were not used yet."""
    query = select(func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return session.scalar(query) or 0


def _burn(user: User, code: str) -> bool:
    burned: Any = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.digest == codes.digest(code, user.id),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
    )
    return bool(burned.rowcount == 1)
