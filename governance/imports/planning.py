"""What an import would do: each record read from a file against the register as it is now."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from exports.register import SHEET_TITLES
from governance.database import session
from governance.imports.echoes import echoes, unlike
from governance.imports.findings import Issue, Severity, excerpt
from governance.imports.outcomes import Action, Outcome, Plain
from models.register.activity import Activity
from models.register.parts import PARTS
from models.register.words import Status
from models.search import fold
from models.versions import State, differences
from models.vocabulary import N_

LIFE = frozenset(
    {"status", "archived_on", "archive_reason", "confirmed_at", "confirmed_by", "revised_on", "typical_code"}
)
"""What an import never changes on a record that exists: its life belongs to the people who keep it."""

NEW = "new-"

NAMESAKE = N_("Reconnue par son seul nom, faute de référence : vérifiez que c’est le même traitement.")
OTHER_NAME = N_("Dans Vigie, la fiche de cette référence s’appelle « %s » : vérifiez que c’est le même traitement.")
LIFE_KEPT = N_(
    "L’état n’est pas importé : la fiche %(reference)s est « %(kept)s » dans Vigie. "
    "Il se change sur la fiche elle-même."
)
BACK_TO_DRAFT = {
    Status.VALIDATED: N_("Validée, redevient un brouillon"),
    Status.QUALIFIED: N_("Qualifiée, redevient un brouillon"),
}
"""What a change does to the state of a record: a word for its line."""


@dataclass(kw_only=True)
class FicheOutcome(Outcome):
    """What becomes of one fiche: `merged` is the state that its record would have."""

    record: Plain
    merged: State | None = None

    def say(self, severity: Severity, sentence: str, value: str = "") -> None:
        """Something to look at on the line of the fiche."""
        place = self.place
        self.issues.append(Issue(severity, place["sheet"], place["row"], "", excerpt(value), sentence))

    @property
    def is_new(self) -> bool:
        return self.merged is None and self.action is not Action.REFUSE

    def shown(self) -> list[Plain]:
        if not self.is_new:
            return self.changes
        told = {name: value for name, value in self.record["fields"].items() if name not in LIFE | _HEADS}
        if service := told.pop("owner_service", None):
            told.setdefault("department", service)
        return [{"part": None, "id": "", "title": self.name, "created": {"status": born(self.record).value, **told}}]

    def remarks(self) -> list[str]:
        return [issue.sentence for issue in self.issues]

    def counts(self) -> dict[str, int]:
        rows = self.record["parts"] if self.is_new else {}
        return {title: len(rows[name]) for name, title in SHEET_TITLES.items() if rows.get(name)}


_HEADS = frozenset({"reference", "name"})
"""What the report shows of a fiche in columns of its own."""


def born(record: Plain) -> Status:
    """The state in which an import makes a new record, whatever its file says."""
    is_listed = record["fields"].get("status") == Status.PREQUALIFIED
    return Status.PREQUALIFIED if is_listed else Status.DRAFT


def plan(establishment_id: uuid.UUID, found: Iterable[Plain], *, ours: bool, is_cnil: bool = False) -> list[Outcome]:
    """One FicheOutcome per record, in their order. `found`: {"record", "place", "refused"} as a batch keeps them.

    A record is recognised by its identity, else by its reference, else, without reference, by its name. `ours`: the
    file is one of our exports, which holds the internal notes whole; those of another file are added to ours.
    `is_cnil`: it has the CNIL's layout, which cannot say everything of a record.
    """
    known = _Known(establishment_id)
    outcomes = []
    for one in found:
        match = None if one["refused"] else known.match(one["record"])
        action = Action.REFUSE if one["refused"] else Action.CHANGE if match else Action.CREATE
        outcomes.append(_outcome(one, action, match))
    for known_ones in _with_activities([o for o in outcomes if o.action is Action.CHANGE]):
        told = echoes(activity for _, activity in known_ones) if is_cnil else {}
        for outcome, activity in known_ones:
            if echo := told.get(fold(activity.reference)):
                outcome.record = unlike(outcome.record, echo, activity.state())
            _compare(outcome, activity, ours=ours)
    return [*outcomes]


def _outcome(one: Plain, action: Action, match: Any | None) -> FicheOutcome:
    record = one["record"]
    return FicheOutcome(
        place=one["place"], action=action, record=record,
        record_id=match.id if match else None, version=match.revision if match else None,
        reference=record["fields"].get("reference"), name=record["fields"].get("name"),
    )  # fmt: skip


def _compare(outcome: FicheOutcome, activity: Activity, *, ours: bool) -> None:
    """What the fiche changes of its record, and what a person must know before."""
    state, record = activity.state(), outcome.record
    outcome.merged = merged(state, record if ours else _adding_notes(state, record))
    outcome.changes = differences(state, outcome.merged)
    outcome.reference = outcome.reference or activity.reference
    if outcome.changes:
        outcome.label = BACK_TO_DRAFT.get(activity.status, "")
        _doubt_identity(outcome, activity)
    else:
        outcome.action = Action.SAME
    said = record["fields"].get("status")
    if said and said != activity.status:
        kept = activity.status.label
        sentence = LIFE_KEPT % {"reference": activity.reference, "kept": kept}
        outcome.say(Severity.INFO, sentence, Status(said).label)


def _doubt_identity(outcome: FicheOutcome, activity: Activity) -> None:
    """The name alone, or the reference alone, may be that of another processing."""
    record = outcome.record
    if record.get("id") == str(activity.id):
        return
    if not record["fields"].get("reference"):
        outcome.say(Severity.DOUBT, NAMESAKE, activity.name)
    elif fold(record["fields"].get("name") or "") != fold(activity.name):
        outcome.say(Severity.DOUBT, OTHER_NAME % activity.name, activity.reference)


def _adding_notes(state: State, record: Plain) -> Plain:
    """The record with the internal notes of `state` before its own: a stranger's file does not know of them."""
    read, present = record["fields"].get("notes"), state["fields"]["notes"]
    if not (read and present):
        return record
    known = set(present.splitlines())
    added = [line for line in read.splitlines() if line not in known]
    return {**record, "fields": {**record["fields"], "notes": "\n".join([present, *added])}}


class _Known:
    """The records of an establishment by identity, reference and name; a name gives each of its records once."""

    def __init__(self, establishment_id: uuid.UUID) -> None:
        rows = session.execute(
            select(Activity.id, Activity.reference, Activity.name, Activity.revision, Activity.status)
            .where(Activity.establishment_id == establishment_id)
            .order_by(Activity.reference)
        ).all()
        self.by_id = {str(row.id): row for row in rows}
        self.by_reference = {fold(row.reference): row for row in rows}
        self.by_name: dict[str, list[Any]] = {}
        for row in rows:
            if row.status is not Status.ARCHIVED:
                self.by_name.setdefault(fold(row.name), []).append(row)
        self._taken: set[uuid.UUID] = set()

    def match(self, record: Plain) -> Any | None:
        reference, name = record["fields"].get("reference"), record["fields"].get("name")
        row = self.by_id.get(str(record.get("id")))
        if row is None and reference:
            row = self.by_reference.get(fold(reference))
        elif row is None:
            namesakes = self.by_name.get(fold(name or ""), ())
            row = next((one for one in namesakes if one.id not in self._taken), None)
        if row:
            self._taken.add(row.id)
        return row


def _with_activities(outcomes: list[FicheOutcome], size: int = 300) -> Iterator[list[tuple[FicheOutcome, Activity]]]:
    for start in range(0, len(outcomes), size):
        batch = outcomes[start : start + size]
        ids = [outcome.record_id for outcome in batch]
        loaded = {one.id: one for one in session.scalars(Activity.whole().where(Activity.id.in_(ids)))}
        yield [(outcome, loaded[outcome.record_id]) for outcome in batch if outcome.record_id in loaded]


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
