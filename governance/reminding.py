"""What each room calls to mind: its dated things, who answers for them, and who stands above when they stay undone."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, true

from governance.links import SHOWN_BY
from models.permissions import Permission, Role
from models.reminders import STEPS, Subject


@dataclass(frozen=True)
class Due:
    """A thing to be done by a day; without a day, now.

    `thing` is the record whose reading is asked for, with a page of its own; `part`, if any, the row of it that is
    dated. `title` is how it is called in a mail or a diary: nothing confidential. `owner_id`: the account it is
    entrusted to (`owner_name`: to whom, with an account or not); else whoever holds one of `to` answers for it, and one
    of `above` is told when it stays late. None: as for all of its kind. `at`: its page, when not that of `thing`.
    """

    thing: Any
    day: dt.date | None
    title: str
    part: Any = None
    owner_id: uuid.UUID | None = None
    owner_name: str | None = None
    to: tuple[Role, ...] | None = None
    above: tuple[Role, ...] | None = None
    at: tuple[str, dict[str, Any]] | None = None

    @property
    def page(self) -> tuple[str, dict[str, Any]]:
        """The endpoint of the page that shows it, with its values."""
        return self.at or (SHOWN_BY[self.thing.__tablename__], {"identity": self.thing.id})

    @property
    def id(self) -> uuid.UUID:
        found: uuid.UUID = (self.part or self.thing).id
        return found


@dataclass(frozen=True)
class Reader:
    """For whom dated things are looked up: her roles, where she holds them (None: everywhere), whom she answers for:
    herself, and those of whom the directory says that she is the manager."""

    roles: frozenset[Role]
    places: frozenset[uuid.UUID] | None = None
    team: frozenset[uuid.UUID] = frozenset()

    def answers(self, roles: Iterable[Role]) -> bool:
        """Whether a thing that these roles answer for may be told to her: the management stands above all."""
        return not self.roles.isdisjoint((*roles, Role.MANAGEMENT))

    def here(self, model: Any) -> ColumnElement[bool]:
        """SQL: the rows of `model` where she holds a role, and those common to the group."""
        place = model.establishment_id
        return true() if self.places is None else or_(place.in_(self.places), place.is_(None))


EVERYBODY = Reader(frozenset(Role))
Finder = Callable[..., Iterable[Due]]
"""(today, until) -> things; for a kind that narrows, (today, until, reader)."""


@dataclass(frozen=True)
class Kind:
    """A kind of dated things: `find(today, until)` gives those to be done by `until`, late ones included.

    `required`: the law or security imposes it, nobody is spared of it once it is late. `urgent`: about its day, it does
    not wait for the day of the digest. `needs`: the right that reading needs, for things that do not say it themselves.
    `narrows`: there are many of them; `find` is also told for whom, and may leave out what cannot concern her.
    """

    key: str
    subject: Subject
    title: str
    to: tuple[Role, ...]
    above: tuple[Role, ...]
    find: Finder
    steps: Sequence[int] = STEPS
    required: bool = False
    urgent: bool = False
    needs: Permission | None = None
    narrows: bool = False

    def found(self, today: dt.date, until: dt.date, reader: Reader) -> Iterable[Due]:
        """Those that may concern somebody."""
        if self.narrows:
            return self.find(today, until, reader)
        return self.find(today, until) if reader.answers((*self.to, *self.above)) else ()


KINDS: list[Kind] = []
"""Filled as the rooms are loaded."""


def reminds(subject: Subject, title: str, *, to: Iterable[Role], **more: Any) -> Callable[[Finder], Finder]:
    """Declare that a function finds the dated things of a kind; `more` are the other facts of Kind."""

    def declare(find: Finder) -> Finder:
        key = f"{subject.value}.{find.__name__}"
        above = tuple(more.pop("above", (Role.MANAGEMENT,)))
        KINDS.append(Kind(key, subject, title, tuple(to), above, find, **more))
        return find

    return declare


def dues(today: dt.date, ahead: int | None = None, reader: Reader = EVERYBODY) -> Iterator[tuple[Kind, Due]]:
    """Every dated thing of the house that is late, undone, or due in so many days; by default as far as its kind is
    called to mind. Read for one person, without most of what cannot concern her. A constant number of queries."""
    for kind in KINDS:
        until = today + dt.timedelta(days=max(kind.steps) if ahead is None else ahead)
        for due in kind.found(today, until, reader):
            yield kind, due
