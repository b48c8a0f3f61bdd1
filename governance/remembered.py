"""Figures remembered until the journal moves.

Every change leaves its entry in the chain of its establishment, in the same transaction: while the last entries stay
the same, what is counted from journaled records stays the same too.
"""

import uuid
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, select

from governance.database import session
from models.journal import Entry

T = TypeVar("T")

MOST = 500
"""How many answers a process keeps; the one asked for least recently goes first."""

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def until_the_journal_moves(key: Hashable, establishments: Collection[uuid.UUID | str], count: Callable[[], T]) -> T:
    """What `count` gives, counted again only once something changed in one of these establishments (or in the chain
    of the whole group, GROUP_CHAIN). One query.

    `key` holds all else that the answer depends on: what is counted, who asks, the day. Nobody changes the answer.
    """
    whole = (key, _heads(establishments))
    with _lock:
        if whole in _kept:
            _kept.move_to_end(whole)
            return _kept[whole]  # type: ignore[no-any-return]
    counted = count()
    with _lock:
        _kept[whole] = counted
        if len(_kept) > MOST:
            _kept.popitem(last=False)
    return counted


def _heads(establishments: Collection[uuid.UUID | str]) -> tuple[str | None, ...]:
    """The digest of the last entry of each chain: no two databases share one."""
    chains = sorted(map(str, establishments))
    if not chains:
        return ()
    named = {f"chain_{number}": chain for number, chain in enumerate(chains)}
    return tuple(session.execute(_last_digests(len(chains)), named).one())


@lru_cache
def _last_digests(count: int) -> Select[Any]:
    """The statement for so many chains, built once: a group's pages ask it at every request."""
    return select(
        *(
            select(Entry.digest)
            .where(Entry.chain == bindparam(f"chain_{number}"))
            .order_by(Entry.seq.desc())
            .limit(1)
            .scalar_subquery()
            .label(f"head_{number}")
            for number in range(count)
        )
    )
