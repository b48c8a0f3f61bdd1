"""What the search asks of the database: one query for each kind that the visitor reads, whatever there is to find."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, literal, or_, select

from governance import lists
from governance.database import session
from governance.search.excerpts import Parts, excerpt, marked
from governance.search.question import Question
from governance.searching import Kind
from governance.visitor import Place, Visitor
from models.establishments import Establishment
from models.search import escaped, held, holding
from models.vocabulary import Vocabulary

FIRST = 5
"""How many records of each kind the first page shows."""

EXACT = 0


@dataclass(frozen=True)
class Hit:
    """A record found, as the page shows it."""

    reference: str
    name: Parts
    place: str | None
    excerpt: Parts
    url: str


@dataclass(frozen=True)
class Group:
    """The records of one kind: the first of them, and how many there are."""

    kind: Kind
    hits: list[Hit]
    total: int
    exact: bool


def within(who: Visitor, place: Place | None) -> Visitor:
    """The visitor as if she worked in `place` only: what she then reads is what the search may show."""
    place = place or who.establishment
    return replace(who, establishment=place, establishments=(place,)) if place else who


def found(who: Visitor, kind: Kind, asked: Question) -> Select[Any]:
    """The identities of the records of a kind that she reads and that hold every word."""
    return kind.listed(who).where(_matching(kind, asked.room))


def groups(who: Visitor, kinds: Sequence[Kind], asked: Question) -> list[Group]:
    """Something of each kind that has any, in their usual order; first those that hold exactly what was typed."""
    each = [_group(who, kind, asked) for kind in kinds]
    return sorted((group for group in each if group.total), key=lambda group: not group.exact)


def page(who: Visitor, kind: Kind, asked: Question) -> lists.Page:
    """A page of all that there is of one kind."""
    model: Any = kind.model
    rank = _rank(kind, asked.room).label("rank")
    columns: Any = rank, kind.name.label("name"), model.id
    ids = found(who, kind, asked).with_only_columns(*columns, maintain_column_froms=True).params(_typed(asked))
    sorts = {"pertinence": ids.selected_columns["rank"]}
    return lists.paged(ids, sorts, "pertinence", lambda keys: _details(kind, asked, keys))


def _details(kind: Kind, asked: Question, keys: list[Any]) -> dict[Any, Hit]:
    """What is shown of some records, by (rank, name, identity)."""
    model: Any = kind.model
    rows = session.execute(_shown(kind).where(model.id.in_([key[-1] for key in keys])))
    hits = {row.id: _hit(kind, asked, row) for row in rows}
    return {key: hits[key[-1]] for key in keys if key[-1] in hits}


def _group(who: Visitor, kind: Kind, asked: Question) -> Group:
    model: Any = kind.model
    rank, total = _rank(kind, asked.room).label("rank"), func.count().over().label("total")
    best = found(who, kind, asked).with_only_columns(model.id, rank, total, maintain_column_froms=True)
    top = best.order_by(rank, kind.name, model.id).limit(FIRST).subquery()
    query = _shown(kind).add_columns(top.c.rank, top.c.total).join(top, top.c.id == model.id)
    rows = session.execute(query.order_by(top.c.rank, kind.name, model.id), _typed(asked)).all()
    hits = [_hit(kind, asked, row) for row in rows]
    return Group(kind, hits, rows[0].total, rows[0].rank == EXACT) if rows else Group(kind, [], 0, exact=False)


def _typed(asked: Question) -> dict[str, str]:
    """What was typed, as the parameters of the statements: they are put together once for each kind."""
    return {**held(asked.words, asked.room), "whole": asked.text, "beginning": f"{escaped(asked.text)} %"}


@cache
def _matching(kind: Kind, count: int) -> ColumnElement[bool]:
    return holding(kind.model.words, count)


@cache
def _rank(kind: Kind, count: int) -> ColumnElement[int]:
    """EXACT for the very reference (or beginning of the title), 1 when these two hold every word, 2 elsewhere.

    A record's words begin with its reference and title (models/search.py), so that the head of them is these two.
    """
    words: Any = kind.model.words
    reference = func.coalesce(kind.reference, "") if kind.reference is not None else literal("")
    head = func.substr(words, 1, func.length(reference) + 1 + func.coalesce(func.length(kind.name), 0))
    exact = or_(words == bindparam("whole"), words.like(bindparam("beginning"), escape="/"))
    return case((exact, EXACT), (holding(head, count), 1), else_=2)


@cache
def _shown(kind: Kind) -> Select[Any]:
    """What is shown of the records of a kind."""
    model: Any = kind.model
    texts: list[Any] = [text.label(f"text_{number}") for number, text in enumerate(kind.texts)]
    reference = literal("") if kind.reference is None else kind.reference
    query = select(model.id, kind.name.label("name"), reference.label("reference"), *texts, *kind.also)
    query = query.select_from(model)
    home = model.__table__.columns.get("establishment_id")
    if home is None:
        return query.add_columns(literal(None).label("place"))
    return query.add_columns(Establishment.name.label("place")).outerjoin(Establishment, Establishment.id == home)


def _hit(kind: Kind, asked: Question, row: Any) -> Hit:
    texts = [text for number in range(len(kind.texts)) if (text := _text(getattr(row, f"text_{number}")))]
    return Hit(
        _text(row.reference),
        marked(_text(row.name), asked.words),
        row.place,
        excerpt(texts, asked.words),
        kind.address(row),
    )


def _text(value: Any) -> str:
    return value.label if isinstance(value, Vocabulary) else value or ""
