"""What each room lets be searched: its kinds of records, the right that opens them, and where one of them is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, select

from governance.links import page_of
from governance.visitor import Visitor
from models.permissions import Permission
from models.search import Searchable


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of record that a room lets be searched.

    `needs`: nothing is asked of the database for whoever holds it nowhere. `listed`: the identities of all that the
    visitor reads of it, by the very function of the room's own list, so that the search and the list cannot differ.
    `unless`: a right that opens a fuller kind, in place of this one.
    `reference`, `name`, `texts`: what is shown of a record; the texts give the excerpt. `url`: its page, when
    governance/links.py does not tell it, from a row that holds `id` and the labelled columns of `also`.
    """

    key: str
    title: str
    needs: Permission
    model: type[Searchable]
    listed: Callable[[Visitor], Select[Any]]
    name: SQLColumnExpression[Any]
    reference: SQLColumnExpression[Any] | None = None
    texts: tuple[SQLColumnExpression[Any], ...] = ()
    also: tuple[SQLColumnExpression[Any], ...] = ()
    url: Callable[[Any], str] | None = None
    unless: Permission | None = None

    def is_for(self, who: Visitor) -> bool:
        """Whether the visitor may read something of it."""
        return who.may(self.needs) and not (self.unless and who.may(self.unless))

    def address(self, row: Any) -> str:
        """Where the record of a row is shown."""
        return self.url(row) if self.url else page_of(str(self.model.__tablename__), row.id)  # type: ignore[attr-defined]


KINDS: list[Kind] = []
"""Every kind, in the order in which the search shows them; governance/rooms.py fills it."""


def readable(who: Visitor) -> list[Kind]:
    """The kinds of which the visitor may read something."""
    return [kind for kind in KINDS if kind.is_for(who)]


def titled_as_published(kept: Any, version: Any, owner: Any) -> ColumnElement[bool]:
    """True where a text has the title of its version in force: while it is changed, its words tell the text to come.

    `owner`: the column by which a version points to the text that it is a version of.
    """
    same = (owner == kept.id, version.number == kept.published_number, version.title == kept.title)
    return select(version.id).where(*same).exists()


def seen(model: Any, permission: Permission) -> Callable[[Visitor], Select[Any]]:
    """`listed` of a kind that one right opens, wherever it is held."""
    return lambda who: select(model.id).where(who.sees(model, permission))
