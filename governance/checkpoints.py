"""Checkpoints: where each chain of the journal stands, signed, kept in the base, appended to a file, and mailed.

What a checkpoint attests cannot be rewritten any more without its being seen, as long as a copy lives elsewhere.
"""

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Row, and_, false, func, or_, select

from exports.signed import canonical
from governance import mail, signing
from governance.config import Settings
from governance.database import session
from governance.installation import identity
from models.accounts import RoleGrant, User
from models.base import now, today
from models.establishments import Establishment
from models.journal import GROUP_CHAIN, Entry, lock, settle
from models.permissions import Role
from models.proof import Checkpoint
from models.rules import RuleBroken
from models.vocabulary import N_

TYPE, VERSION = "checkpoint", 1
CAUGHT_UP = dt.timedelta(days=60)
"""How far back the file outside is completed when it was out of reach."""


class Inconsistent(RuleBroken):
    """A chain no longer leads to what was attested of it: a checkpoint would vouch for a rewritten journal."""

    def __init__(self, chain: str) -> None:
        super().__init__(
            "", N_("La chaîne %s ne mène plus à son dernier jalon : lancez « flask journal verify ».") % chain
        )


def take(chains: Sequence[str] | None = None) -> list[Checkpoint]:
    """Sign where the chains stand (all, or these) in the present transaction, entries settled in it included.

    Gives the latest checkpoint of each, new only where the chain grew. Raises Inconsistent, SigningKeyMissing.
    """
    wanted = sorted(session.scalars(select(Entry.chain).distinct()) if chains is None else set(chains))
    for chain in wanted:
        lock(session.connection(), chain)
    tips = session.execute(_tips(wanted)).all()
    latest = {one.chain: one for one in session.scalars(Checkpoint.furthest(wanted))}
    _refuse_rewritten(latest)
    instance = str(identity())
    return [_signed(tip, latest.get(tip.chain), instance) for tip in tips]


def attest(subject: Any) -> list[Checkpoint]:
    """For what must not be rewritten from now on, a published charter: settle the journal of the present transaction,
    sign where the chain of `subject` stands, and mail that to the DPO and RSSI once the transaction is kept.
    """
    made = take([settle(session(), subject).chain])
    tell(made)
    return made


def _tips(chains: Sequence[str]) -> Any:
    """The last entry of each chain."""
    last = select(Entry.chain, func.max(Entry.seq).label("seq")).where(Entry.chain.in_(chains)).group_by(Entry.chain)
    ends = last.subquery()
    on = and_(Entry.chain == ends.c.chain, Entry.seq == ends.c.seq)
    return select(Entry.chain, Entry.seq, Entry.digest, Entry.at).join(ends, on).order_by(Entry.chain)


def _refuse_rewritten(latest: dict[str, Checkpoint]) -> None:
    attested = or_(false(), *(and_(Entry.chain == one.chain, Entry.seq == one.seq) for one in latest.values()))
    found = {row.chain: row.digest for row in session.execute(select(Entry.chain, Entry.digest).where(attested))}
    for chain, one in latest.items():
        if found.get(chain) != one.digest:
            raise Inconsistent(chain)


def _signed(tip: Row[Any], latest: Checkpoint | None, instance: str) -> Checkpoint:
    if latest is not None and latest.seq == tip.seq:
        return latest
    at = max(now(), tip.at)
    told = {"chain": tip.chain, "seq": tip.seq, "digest": tip.digest, "at": at.isoformat()}
    envelope = signing.sign({"type": TYPE, "version": VERSION, "instance": instance, **told})
    made = Checkpoint(
        chain=tip.chain, seq=tip.seq, digest=tip.digest, at=at, kid=envelope["document"]["kid"], envelope=envelope
    )
    session.add(made)
    session.flush()
    return made


def lines(checkpoints: Iterable[Checkpoint]) -> bytes:
    """Checkpoints as their file: one signed document a line."""
    return b"".join(canonical(one.envelope) + b"\n" for one in checkpoints)


def keep_outside(at: dt.datetime) -> int:
    """Append to the file of the settings (CHECKPOINT_FILE) what it lacks of the last weeks; gives how many lines.

    Only what is committed goes there: call it in a transaction of its own. Raises OSError when it cannot be written.
    """
    recent = session.scalars(select(Checkpoint).where(Checkpoint.at >= at - CAUGHT_UP).order_by(Checkpoint.at))
    settings: Settings = current_app.extensions["settings"]
    return append(settings.checkpoints, lines(recent))


def append(path: Path, data: bytes) -> int:
    """Append to a file, durably, the lines of `data` that it does not hold yet; gives how many."""
    missing = dict.fromkeys(data.splitlines())
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640), "r+b") as file:
        end = 0
        for line in file:
            missing.pop(line.rstrip(b"\n"), None)
            end += len(line) if line.endswith(b"\n") else 0
        file.truncate(end)  # a line that a crash cut short
        file.write(b"".join(line + b"\n" for line in missing))
        file.flush()
        os.fsync(file.fileno())
    return len(missing)


def tell(checkpoints: Sequence[Checkpoint]) -> int:
    """Mail to each DPO and RSSI the checkpoints of the chains that are hers; gives how many messages wait."""
    names = {str(place.id): place.name for place in session.scalars(select(Establishment))} | {
        GROUP_CHAIN: N_("groupe")
    }
    count = 0
    for user, places in _keepers().items():
        hers = [one for one in checkpoints if None in places or one.chain in places]
        if hers:
            file = mail.File("jalons.jsonl", "application/jsonl", lines(hers))
            template = "journal/mail_checkpoints.txt"
            mail.queue(user.email, template, files=[file], user=user, checkpoints=hers, names=names)
            count += 1
    return count


def _keepers() -> dict[User, set[str | None]]:
    """Each DPO and RSSI with the chains of her establishments; None among them for who holds the whole group."""
    held = RoleGrant.in_force(today()).where(RoleGrant.role.in_((Role.DPO, Role.RSSI)))
    found: dict[User, set[str | None]] = {}
    query = held.with_only_columns(User, RoleGrant.establishment_id).join(User, User.id == RoleGrant.user_id)
    for user, place in session.execute(query.where(User.disabled_at.is_(None)).order_by(User.login)):
        found.setdefault(user, set()).add(str(place) if place else None)
    return found
