"""What an import would do: each record read from a file against the register as it is now."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from governance.database import session
from governance.imports.outcomes import Action, Outcome, Plain
from models.register.activity import Activity
from models.register.parts import PARTS
from models.register.words import Status
from models.search import fold
from models.versions import State, differences

LIFE = frozenset(
    {"status", "archived_on", "archive_reason", "confirmed_at", "confirmed_by", "revised_on", "typical_code"}
)
"""What an import never changes on a record that exists: its life belongs to the people who keep it."""

NEW = "new-"


@dataclass(kw_only=True)
class FicheOutcome(Outcome):
    """What becomes of one fiche: `merged` is the state that its record would have."""

    record: Plain
    merged: State | None = None


def plan(establishment_id: uuid.UUID, found: Iterable[Plain]) -> list[Outcome]:
    """One FicheOutcome per record, in their order. `found`: {"record", "place", "refused"} as a batch keeps them.

    A record is recognised by its identity, else by its reference, else, without reference, by its name.
    """
    known = _Known(establishment_id)
    outcomes = []
    for one in found:
        match = None if one["refused"] else known.match(one["record"])
        action = Action.REFUSE if one["refused"] else Action.CHANGE if match else Action.CREATE
        outcomes.append(_outcome(one, action, *(match or (None, None))))
    for outcome, activity in _with_activities([o for o in outcomes if o.action is Action.CHANGE]):
        state = activity.state()
        outcome.merged = merged(state, outcome.record)
        outcome.changes = differences(state, outcome.merged)
        if not outcome.changes:
            outcome.action = Action.SAME
    return [*outcomes]


def _outcome(one: Plain, action: Action, record_id: uuid.UUID | None, revision: int | None) -> FicheOutcome:
    record = one["record"]
    return FicheOutcome(
        place=one["place"], action=action, record=record, record_id=record_id, version=revision,
        reference=record["fields"].get("reference"), name=record["fields"].get("name"),
    )  # fmt: skip


class _Known:
    """The records of an establishment by identity, reference and name; the first to be matched is taken once."""

    def __init__(self, establishment_id: uuid.UUID) -> None:
        rows = session.execute(
            select(Activity.id, Activity.reference, Activity.name, Activity.revision, Activity.status).where(
                Activity.establishment_id == establishment_id
            )
        ).all()
        self.by_id = {str(row.id): row for row in rows}
        self.by_reference = {fold(row.reference): row for row in rows}
        self.by_name = {fold(row.name): row for row in rows if row.status is not Status.ARCHIVED}

    def match(self, record: Plain) -> tuple[uuid.UUID, int] | None:
        reference, name = record["fields"].get("reference"), record["fields"].get("name")
        row = self.by_id.get(str(record.get("id")))
        if row is None and reference:
            row = self.by_reference.get(fold(reference))
        elif row is None:
            row = self.by_name.get(fold(name or ""))
        return (row.id, row.revision) if row else None


def _with_activities(outcomes: list[FicheOutcome], size: int = 300) -> Iterator[tuple[FicheOutcome, Activity]]:
    for start in range(0, len(outcomes), size):
        batch = outcomes[start : start + size]
        ids = [outcome.record_id for outcome in batch]
        loaded = {one.id: one for one in session.scalars(Activity.whole().where(Activity.id.in_(ids)))}
        yield from ((outcome, loaded[outcome.record_id]) for outcome in batch if outcome.record_id in loaded)


def merged(state: State, record: Plain) -> State:
    """`state` with what the record says laid over it: only the fields and collections that the file had."""
    fields = {
        name: _laid(state["fields"][name], value)
        for name, value in record["fields"].items()
        if name in state["fields"] and name not in LIFE
    }
    parts = dict(state["parts"])
    for name, rows in record["parts"].items():
        if name in PARTS:
            parts[name] = _merged_rows(state["parts"].get(name, []), rows, PARTS[name].title_field)
    return {"fields": {**state["fields"], **fields}, "parts": parts}


def _laid(present: Any, value: Any) -> Any:
    """An empty cell over an empty value changes nothing, whatever kind of emptiness either is."""
    return present if value is None and present in ("", []) else value


def _merged_rows(present: list[Plain], rows: list[Plain], title: str) -> list[Plain]:
    """The file's rows, each laid over the row it stands for: same identity, else same content, else same title."""
    left = {row["id"]: row for row in present}
    result: list[Plain] = []
    for number, row in enumerate(rows):
        twin = left.get(row.get("id", "")) or _alike(left.values(), row) or _titled(left.values(), row, title)
        if twin:
            del left[twin["id"]]
        told = {name: value for name, value in row.items() if name != "id"}
        result.append({**(twin or {"id": f"{NEW}{number}"}), **told})
    return result


def _alike(present: Iterable[Plain], row: Plain) -> Plain | None:
    told = {name: value for name, value in row.items() if name != "id"}
    return next((one for one in present if all(one.get(name) == value for name, value in told.items())), None)


def _titled(present: Iterable[Plain], row: Plain, title: str) -> Plain | None:
    wanted = row.get(title)
    return next((one for one in present if wanted and one.get(title) == wanted), None)
