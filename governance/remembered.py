"""Figures remembered until the journal moves.

Every change leaves its entry in the chain of its establishment, in the same transaction: while the last entries stay
the same, what is counted from journaled records stays the same too.
"""

import uuid
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, bindparam, select

from governance.database import session
from governance.visitor import Place, Visitor
from models.journal import Entry

T = TypeVar("T")

MOST = 500
"""How many answers a process keeps; the one asked for least recently goes first."""

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def as_she_sees(
    who: Visitor, what: Hashable, places: Sequence[Place], count: Callable[[], T], also: Iterable[str] = ()
) -> T:
    """What `count` gives of these establishments to her, counted again only once something changed in one of them, or
    in the chains named `also`. `what` names it, with all else that it depends on: the day."""
    return until_the_journal_moves((asked_by(who, what), tuple(places)), [*(one.id for one in places), *also], count)


def asked_by(who: Visitor, what: Hashable) -> Hashable:
    """A key for what she may see of something, where she works now."""
    return what, who.user_id, who.grants, who.establishment


def until_the_journal_moves(key: Hashable, establishments: Collection[uuid.UUID | str], count: Callable[[], T]) -> T:
    """What `count` gives, counted again only once something changed in one of these establishments (or in the chain
    of the whole group, GROUP_CHAIN, which moves each time somebody signs in). One query.

    `key` holds all else that the answer depends on: what is counted, who asks, the day. Nobody changes the answer.
    """
    columns, chains = heads(establishments)
    at = tuple(session.execute(select(*columns), chains).one()) if columns else ()
    return kept((key, at), count)


def heads(establishments: Collection[uuid.UUID | str]) -> tuple[tuple[ColumnElement[str | None], ...], dict[str, str]]:
    """SQL: the digest of the last entry of each chain (no two databases share one), and the values these columns ask
    for. For a statement that brings them along, so that `kept` needs no query of its own."""
    chains = sorted(map(str, establishments))
    return _last_digests(len(chains)), {f"chain_{number}": chain for number, chain in enumerate(chains)}


@lru_cache
def _last_digests(count: int) -> tuple[ColumnElement[str | None], ...]:
    """The columns for so many chains, made once: a group's pages ask them at every request."""
    return tuple(
        select(Entry.digest)
        .where(Entry.chain == bindparam(f"chain_{number}"))
        .order_by(Entry.seq.desc())
        .limit(1)
        .scalar_subquery()
        .label(f"head_{number}")
        for number in range(count)
    )


def kept(key: Hashable, count: Callable[[], T]) -> T:
    """What `count` gave for this key, which holds all that the answer depends on, the heads of the chains too."""
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]  # type: ignore[no-any-return]
    counted = count()
    with _lock:
        _kept[key] = counted
        if len(_kept) > MOST:
            _kept.popitem(last=False)
    return counted
