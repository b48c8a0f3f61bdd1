"""Whether a record that proves something still says what the journal last told of it, field by field."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Connection, String, Text, cast, select

from models.chains import Fault
from models.journal import Entry
from models.people import Person
from models.positions.nomination import Nomination
from models.vocabulary import N_

CHANGED = N_("la fiche « %s » a été modifiée dans la base (%s)")
GONE = N_("la fiche « %s » manque dans la base : elle a été retirée à la main")
UNTOLD = N_("la fiche %s ne figure pas au journal : elle a été ajoutée à la main")

PROVING: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        Nomination,
        (
            "kind", "title", "starts_on", "ends_on", "ended_reason", "description_version", "decision_reference",
            "signatory", "signatory_quality", "decided_on", "letter_signed_on", "independent_from_it",
            "independence_reason", "contact_email", "contact_phone", "contact_address", "contact_page", "published_at",
            "cnil_number", "cnil_on",
        ),
    ),
)  # fmt: skip
"""The records held so, with their fields."""

NAMING: dict[Any, tuple[str, ...]] = {Nomination: ("person_id", "deputy_id")}
"""Their fields that point at a person. The journal tells such a one by the name borne that day."""


class Held(NamedTuple):
    """What the journal last told of a record, and where."""

    chain: str
    seq: int
    title: str
    values: dict[str, Any]


def verify(connection: Connection, only: Collection[str] | None = None) -> Iterator[Fault]:
    """Every such record that says otherwise than its last entry, in all chains or in those of `only`."""
    for model, fields in PROVING:
        yield from _confronted(connection, model, fields, _last_told(connection, model), only)


def _last_told(connection: Connection, model: Any) -> dict[str, Held]:
    """What the entries, one after the other, leave of each record still there."""
    found: dict[str, Held] = {}
    query = select(
        Entry.chain, Entry.seq, cast(Entry.subject_id, String).label("subject"), Entry.subject_title,
        cast(Entry.changes, Text).label("changes"),
    ).where(Entry.subject_type == model.__tablename__)  # fmt: skip
    for row in connection.execute(query.order_by(Entry.chain, Entry.seq).execution_options(yield_per=1000)):
        identity = _flat(row.subject)
        held = found.get(identity, Held(row.chain, row.seq, row.subject_title, {}))
        own = [change for change in _changes(row.changes) if change.get("part") is None]
        values = {**held.values, **{name: value for change in own for name, value in _values(change)}}
        found[identity] = Held(row.chain, row.seq, row.subject_title, values)
        if any("removed" in change for change in own):
            del found[identity]
    return found


def _changes(told: str) -> list[dict[str, Any]]:
    try:
        return list(json.loads(told))
    except (ValueError, TypeError):
        return []


def _values(change: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from change.get("created", {}).items()
    if "after" in change:
        yield change["field"], change["after"]


def _confronted(
    connection: Connection, model: Any, fields: tuple[str, ...], told: dict[str, Held], only: Collection[str] | None
) -> Iterator[Fault]:
    naming, names = NAMING.get(model, ()), _names(connection, model)
    columns = [cast(getattr(model, name), Text).label(name) for name in fields]
    columns += [cast(getattr(model, name), String).label(name) for name in naming]
    for row in connection.execute(select(cast(model.id, String).label("identity"), *columns)).mappings():
        held = told.pop(_flat(row["identity"]), None)
        if held is None:
            yield Fault("", 0, UNTOLD % row["title"])
            continue
        wrong = [name for name in fields if _said(model, name, row[name]) != _said(model, name, held.values.get(name))]
        wrong += [name for name in naming if held.values.get(model.told_as(name)) not in names[_flat(row[name] or "")]]
        if wrong and (only is None or held.chain in only):
            labels = (str(getattr(model, name).info.get("label", name)) for name in wrong)
            yield Fault(held.chain, held.seq, CHANGED % (held.title, ", ".join(labels)))
    yield from (
        Fault(held.chain, held.seq, GONE % held.title) for held in told.values() if only is None or held.chain in only
    )


def _names(connection: Connection, model: Any) -> dict[str, set[str | None]]:
    """The names that each person at whom a record points ever bore, as the journal tells them; {None} for nobody."""
    found: defaultdict[str, set[str | None]] = defaultdict(set, {"": {None}})
    for name in NAMING.get(model, ()):
        told = select(cast(Entry.subject_id, String), Entry.subject_title).where(
            Entry.subject_type == Person.__tablename__, Entry.subject_id.in_(select(getattr(model, name)))
        )
        for identity, title in connection.execute(told.distinct()):
            found[_flat(identity)].add(title)
    return found


def _said(model: Any, name: str, value: Any) -> str | None:
    """A value as either database or the journal writes it, as one text."""
    if value is None:
        return None
    if isinstance(getattr(model, name).type, Boolean):
        return str(str(value).lower() in ("1", "true"))
    return str(value)


def _flat(value: str) -> str:
    return value.replace("-", "")
