"""One way to filter, sort and page any list, in the database."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import request
from sqlalchemy import ColumnElement, Select, func, select
from werkzeug.datastructures import MultiDict

from governance.database import session
from governance.remembered import asked_by, heads, kept
from governance.visitor import Place, visitor
from models.base import today
from models.establishments import Establishment

SIZE = 50
MAX_PAGE = 10_000


def of_place(model: Any, args: Any) -> Iterator[ColumnElement[bool]]:
    """SQL: the rows of `model` in the establishment that `?etablissement=` names by its code, if it names one."""
    if code := args.get("etablissement", "")[:40]:
        yield model.establishment_id.in_(select(Establishment.id).where(Establishment.code == code))


def asked(query: str | None = None) -> MultiDict[str, str]:
    """What the address of a list asked (`query`, or what the form that sends the list away carries as `liste`)."""
    return MultiDict(without_nul(parse_qsl(query_sent() if query is None else query)))


def without_nul(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What an address asks, without the NULs that PostgreSQL refuses."""
    return ((name.replace("\0", ""), value.replace("\0", "")) for name, value in pairs)


def query_sent() -> str:
    """The query of the list's address, as the form that sends the list away carries it."""
    return request.form.get("liste", "")[:2000]


def filters_of(query: str) -> MultiDict[str, str]:
    """What the query of a list's address asks when the list leaves the house.

    A question leaves as the list answers it; where no state is chosen all leaves, what is archived or retired too.
    """
    filters = asked(query)
    if "montrer" not in filters:
        filters.setdefault("etat", "toutes")
    return filters


@dataclass(frozen=True)
class Column:
    """A column that a reader may add to a list or take away: what it asks of the database, and the text of its cell."""

    title: str
    sources: tuple[Any, ...]
    text: Callable[[Any], str]


def columns_chosen(columns: Mapping[str, Column], usual: Iterable[str]) -> tuple[str, ...]:
    """The keys that the address asks for (`?colonnes=`), in the order of `columns`; the usual without."""
    wanted = columns.keys() & request.args.getlist("colonnes") or frozenset(usual)
    return tuple(key for key in columns if key in wanted)


@dataclass
class Page:
    """One page of a list: its rows, and what the paging and the sort links need."""

    rows: Sequence[Any]
    total: int
    number: int
    size: int
    sort: str
    args: dict[str, list[str]] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def near(self) -> list[int]:
        """The numbers of the pages to offer: the first, those around this one, the last."""
        around = range(max(1, self.number - 2), min(self.pages, self.number + 2) + 1)
        return sorted({1, *around, self.pages})

    def url(self, number: int) -> str:
        """The address of another page of the same list."""
        return self._with(page=str(number))

    def sort_url(self, key: str) -> str:
        """The address of the list sorted by `key`; the other way round when it is sorted so already."""
        return self._with(tri=f"-{key}" if self.sort == key else key)

    def direction(self, key: str) -> str | None:
        """ascending, descending or None, as aria-sort says it."""
        return {key: "ascending", f"-{key}": "descending"}.get(self.sort)

    def query(self) -> str:
        """The filters and the sort, without the page: what a saved view keeps."""
        return urlencode({name: values for name, values in self.args.items() if name != "page"}, doseq=True)

    def _with(self, **changed: str) -> str:
        kept = {name: values for name, values in self.args.items() if name != "page"}
        return "?" + urlencode({**kept, **changed}, doseq=True)


def paged(
    ids: Select[Any],
    sorts: Mapping[str, Any],
    default: str,
    details: Callable[[list[Any]], Mapping[Any, Any]],
    size: int = SIZE,
    watched: Iterable[Place] = (),
) -> Page:
    """The page of a list that the address asks for (`?page=2&tri=-name`), in three queries however long the list.

    `ids` selects the identities (one column or several) that the filters keep; `sorts` maps the keys that may be asked
    for to columns (an unknown key falls back to `default`, an impossible page to the nearest); `details` gives what to
    show, by identity. A list that holds nothing but journaled records says in which establishments they can be
    (`watched`): its length is then counted once for all its pages and sorts, until something changes there.
    """
    args = {name: values for name, values in request.args.lists() if any(values)}
    key, ordered = _ordered(ids, sorts, default, request.args)
    number = _page_number()
    found, at = _identities(ordered, number, size, *watched)
    total = (number - 1) * size + len(found)
    if len(found) == size or not found:
        total = kept((_question(), at), lambda: _length(ids)) if at else _length(ids)
    if not found:
        number = max(1, -(-total // size))
        found = _identities(ordered, number, size)[0] if total else []
    shown = details(found) if found else {}
    return Page([shown[one] for one in found if one in shown], total, number, size, key, args)


def _identities(
    ordered: Select[Any], number: int, size: int, *watched: Place
) -> tuple[list[Any], tuple[str | None, ...]]:
    """The identities of one page, and where the journals of the watched establishments stand meanwhile."""
    columns, chains = heads([one.id for one in watched])
    asked = ordered.add_columns(*columns).limit(size).offset((number - 1) * size)
    rows = session.execute(asked, chains).all()
    width = len(ordered.selected_columns)
    found = [row[0] if width == 1 else tuple(row[:width]) for row in rows]
    return found, tuple(rows[0][width:]) if rows else ()


def _question() -> Hashable:
    """What the length of a list depends on, its changes aside: which list, its filters, who asks where, the day."""
    filters = (one for one in request.args.items(multi=True) if one[0] not in ("page", "tri", "colonnes"))
    return asked_by(visitor(), (request.path, tuple(sorted(filters)), today()))


def _length(ids: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(ids.order_by(None).subquery())) or 0


def whole(
    ids: Select[Any],
    sorts: Mapping[str, Any],
    default: str,
    details: Callable[[list[Any]], Mapping[Any, Any]],
    args: Mapping[str, str],
) -> list[Any]:
    """All that the pages of a list show together, in the order that `args` asks for; see `paged`. For what leaves."""
    found = list(session.scalars(_ordered(ids, sorts, default, args)[1]))
    shown = details(found) if found else {}
    return [shown[one] for one in found if one in shown]


def _ordered(
    ids: Select[Any], sorts: Mapping[str, Any], default: str, args: Mapping[str, str]
) -> tuple[str, Select[Any]]:
    """By which key the list is sorted, and the identities so sorted."""
    wanted = args.get("tri", default)
    key = wanted if wanted.removeprefix("-") in sorts else default
    column = sorts[key.removeprefix("-")]
    return key, ids.order_by(column.desc() if key.startswith("-") else column.asc(), *ids.selected_columns)


def _page_number() -> int:
    typed = request.args.get("page", "1")
    return min(max(int(typed), 1), MAX_PAGE) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else 1
