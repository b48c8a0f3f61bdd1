"""The register as it was: present states rewound through the journal, newest change first."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from governance.database import session
from governance.visitor import Visitor
from models.base import PARIS, today
from models.journal import Entry, Verb
from models.permissions import Permission
from models.register.activity import Activity
from models.register.words import Status
from models.versions import State, Version, rewound


def day(typed: str) -> dt.date | None:
    """A day of the past or today, typed as 2026-12-31 or as the pages show it, 31/12/2026; None otherwise."""
    parts = typed.split("/")
    try:
        chosen = dt.date.fromisoformat("-".join(reversed(parts)) if len(parts) == 3 else typed)
    except ValueError:
        return None
    return chosen if dt.date(1900, 1, 1) <= chosen <= today() else None


def _end_of(chosen: dt.date) -> dt.datetime:
    """The instant at which a day ends in Paris."""
    return dt.datetime.combine(chosen + dt.timedelta(days=1), dt.time.min, PARIS)


def state_at(activity: Activity, moment: str, versions: Sequence[Version]) -> State | str:
    """The record at « maintenant », at a version (v3) or at the end of a day; else a French sentence says why not."""
    if moment == "maintenant":
        return activity.state()
    if moment.startswith("v"):
        frozen = next((version for version in versions if f"v{version.number}" == moment), None)
        return frozen.content if frozen else str(_("Cette version n’existe pas."))
    chosen = day(moment)
    if chosen is None:
        return str(_("Donnez une date qui existe, jusqu’à aujourd’hui."))
    entries = session.scalars(Entry.about(activity).where(Entry.at >= _end_of(chosen)))
    state = _rewind(activity.state(), [(entry.verb, entry.changes) for entry in entries])
    return state or str(_("La fiche n’existait pas encore à cette date."))


def _rewind(state: State | None, later: list[tuple[Verb, list[dict[str, Any]]]]) -> State | None:
    """`state` before the `later` entries (newest first) were made; None when one of them made the record."""
    for verb, changes in later:
        state = rewound(state, changes)
        if state is None or verb in (Verb.CREATED, Verb.IMPORTED):
            return None
    return state


@dataclass(frozen=True)
class RowThen:
    """A record as the register listed it on a day."""

    id: uuid.UUID
    reference: str
    name: str
    status: Status
    purpose: str
    version: int | None


def register_on(who: Visitor, on: dt.date) -> list[RowThen]:
    """The records that the register held at the end of `on`, among those she may see, by reference.

    Three queries and those of the parts, however many records: present states, later entries, versions then in force.
    """
    end = _end_of(on)
    activities = session.scalars(
        Activity.whole().where(who.sees(Activity, Permission.REGISTER_READ), Activity.created_at < end)
    ).all()
    later: dict[uuid.UUID | None, list[tuple[Verb, list[dict[str, Any]]]]] = {}
    places = {activity.establishment_id for activity in activities}
    for entry in session.scalars(
        select(Entry)
        .where(Entry.subject_type == "activity", Entry.at >= end, Entry.chain.in_([str(place) for place in places]))
        .order_by(Entry.at.desc(), Entry.seq.desc())
    ):
        later.setdefault(entry.subject_id, []).append((entry.verb, entry.changes))
    versions = _versions_in_force(end, [activity.id for activity in activities])
    rows = [_row_then(one, _rewind(one.state(), later.get(one.id, [])), versions.get(one.id)) for one in activities]
    return sorted((row for row in rows if row), key=lambda row: row.reference)


def _versions_in_force(end: dt.datetime, ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    rows = session.execute(
        select(Version.subject_id, Version.number)
        .where(Version.subject_type == "activity", Version.published_at < end, Version.subject_id.in_(ids))
        .order_by(Version.number)
    )
    return {row.subject_id: row.number for row in rows}


def _row_then(activity: Activity, state: State | None, version: int | None) -> RowThen | None:
    if state is None:
        return None
    fields, purposes = state["fields"], state["parts"].get("purposes") or [{}]
    return RowThen(
        activity.id,
        fields["reference"],
        fields["name"],
        Status(fields["status"]),
        purposes[0].get("label", ""),
        version,
    )
