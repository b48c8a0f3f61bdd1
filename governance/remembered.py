"""Figures remembered until the journal moves.

Every change leaves its entry in the chain of its establishment, in the same transaction: while the last entries stay
the same, what is counted from journaled records stays the same too.
"""

import uuid
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import select

from governance.database import session
from models.journal import Entry

T = TypeVar("T")

MOST = 500
"""How many answers a process keeps; the one asked for least recently goes first."""

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def until_the_journal_moves(key: Hashable, establishments: Collection[uuid.UUID], count: Callable[[], T]) -> T:
    """What `count` gives, counted again only once something changed in one of these establishments. One query.

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


def _heads(establishments: Collection[uuid.UUID]) -> tuple[str | None, ...]:
    """The digest of the last entry of each chain: no two databases share one."""
    heads = [
        select(Entry.digest).where(Entry.chain == str(one)).order_by(Entry.seq.desc()).limit(1).scalar_subquery()
        for one in sorted(establishments)
    ]
    return tuple(session.execute(select(*heads)).one()) if heads else ()
