"""The chains of the journal walked from their first entry, against the states that checkpoints attest."""

import datetime as dt
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from models.journal import Entry, digest_of
from models.vocabulary import N_

BATCH = 1000
PATIENCE = dt.timedelta(hours=1)
"""By how much a clock may be set back after a checkpoint before an entry looks back-dated."""

MISSING = N_("l’écriture manque")
DETACHED = N_("l’écriture ne suit pas celle qui la précède")
EDITED = N_("l’écriture a été modifiée")
UNREADABLE = N_("l’écriture a été modifiée, elle est illisible")
BACKDATED = N_("l’écriture est antidatée")
CUT = N_("le journal est tronqué : le jalon du %s atteste une écriture %s")
REMADE = N_(
    "la chaîne a été refaite à partir d’ici ou plus loin : elle ne mène plus à l’état attesté par le jalon du %s"
)


class Mark(NamedTuple):
    """What a checkpoint attests of a chain: its last entry at an instant. The checkpoint itself was verified before."""

    seq: int
    digest: str
    at: dt.datetime


Marks = Mapping[str, Sequence[Mark]]


@dataclass(frozen=True)
class Fault:
    """The first entry of a chain that does not hold, and why (a French sentence)."""

    chain: str
    seq: int
    reason: str


def verify(connection: Connection, marks: Marks | None = None, chains: Iterable[str] | None = None) -> Iterator[Fault]:
    """Walk every chain, or those of `chains`, from its first entry; give the first fault of each that has one.

    The journal is read as it streams, in memory that does not grow with it.
    """
    attested = marks or {}
    known = set(connection.scalars(select(Entry.chain).distinct())) | attested.keys()
    for chain in sorted(known if chains is None else known & set(chains)):
        fault = _Walk(chain, attested.get(chain, ())).fault(connection)
        if fault:
            yield fault


class _Walk:
    """One chain being walked: where one is, and what is attested further on."""

    def __init__(self, chain: str, marks: Sequence[Mark]) -> None:
        self.chain = chain
        self.expected, self.previous = 1, ""
        self.at: dt.datetime | None = None
        self.ahead = deque(sorted(marks))
        self.sure, self.since = 0, None  # type: tuple[int, dt.datetime | None]

    def fault(self, connection: Connection) -> Fault | None:
        try:
            for row in _rows(connection, self.chain):
                reason = self._reason(row)
                if reason:
                    return self._named(reason)
        except _Unreadable as found:
            return Fault(self.chain, found.seq, UNREADABLE)
        except TypeError:  # a value that is no text where text is kept, and that no digest can be made of
            return self._named(UNREADABLE)
        if self.ahead:
            mark = self.ahead[-1]
            return self._named(CUT % (_day(mark.at), mark.seq))
        return None

    def _reason(self, row: Any) -> str | None:
        """Why this entry does not hold; None when it does, and one may go on."""
        reason = self._broken(row)
        if reason is None:
            self.expected, self.previous, self.at = self.expected + 1, row["digest"], row["at"]
            reason = self._belied(row)
        return reason

    def _broken(self, row: Any) -> str | None:
        if row["seq"] != self.expected:
            return MISSING
        if row["previous"] != self.previous:
            return DETACHED
        if digest_of(dict(row)) != row["digest"]:
            return EDITED
        floor = max(filter(None, (self.at, self.since)), default=None)
        return BACKDATED if floor and row["at"] < floor else None

    def _belied(self, row: Any) -> str | None:
        while self.ahead and self.ahead[0].seq <= row["seq"]:
            mark = self.ahead.popleft()
            if mark.digest != row["digest"]:
                self.expected = self.sure + 1
                return REMADE % _day(mark.at)
            self.sure, self.since = mark.seq, mark.at - PATIENCE
        return None

    def _named(self, reason: str) -> Fault:
        return Fault(self.chain, self.expected, reason)


class _Unreadable(Exception):
    def __init__(self, seq: int) -> None:
        self.seq = seq
        super().__init__()


def _rows(connection: Connection, chain: str) -> Iterator[Any]:
    """The entries of a chain in order. Raises _Unreadable at one whose columns hold what they never should."""
    query = select(*Entry.__table__.columns).where(Entry.chain == chain).order_by(Entry.seq)
    done = 0
    try:
        with connection.execute(query.execution_options(yield_per=BATCH)) as rows:
            for row in rows.mappings():
                yield row
                done += 1
    except (ValueError, LookupError, TypeError):
        numbers = select(Entry.seq).where(Entry.chain == chain).order_by(Entry.seq).offset(done).limit(2 * BATCH)
        for seq in connection.scalars(numbers).all():
            _read(connection, query.where(Entry.seq == seq), seq)
        raise


def _read(connection: Connection, query: Any, seq: int) -> None:
    try:
        connection.execute(query).all()
    except (ValueError, LookupError, TypeError):
        raise _Unreadable(seq) from None


def _day(at: dt.datetime) -> str:
    return at.strftime("%d/%m/%Y à %H:%M UTC")
