"""What differs between two states of a job description, in words: each field and each line, word by word."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from exports.texts import day
from models.differences import Change, Pieces, words
from models.positions.description import JobDescription, JobLine, JobPlace
from models.positions.words import LineKind
from models.versions import State
from models.versions import differences as changes_between
from models.vocabulary import N_, Vocabulary


@dataclass(frozen=True)
class Difference:
    """One thing that differs: under which heading it stands, what it is, what happened, and its words in pieces."""

    heading: str
    label: str
    change: Change
    pieces: Pieces


GENERAL, COVERED = N_("Le poste"), N_("Établissements couverts")
KINDS: dict[str | None, Any] = {None: JobDescription, "lines": JobLine, "places": JobPlace}
NOT_SHOWN = frozenset({"sources", "kind"})


def differences(before: State, after: State) -> list[Difference]:
    """Every difference from one state to another, in the order of the document."""
    lines = {row["id"]: row for state in (before, after) for row in state["parts"]["lines"]}
    found = [_told(change, lines) for change in changes_between(before, after) if change.get("field") not in NOT_SHOWN]
    return sorted(found, key=lambda one: one.heading != GENERAL)


def _told(change: dict[str, Any], lines: dict[str, Any]) -> Difference:
    part = change["part"]
    heading, label = _named(change, lines)
    if part is not None and ("created" in change or "removed" in change):
        row = change.get("created") or change.get("removed")
        kind = Change.ADDED if "created" in change else Change.REMOVED
        return Difference(heading, label, kind, [(kind, _line(row))])
    old, new = (_shown(part, change["field"], change[end]) for end in ("before", "after"))
    return Difference(heading, label, Change.CHANGED, words(old, new))


def _named(change: dict[str, Any], lines: dict[str, Any]) -> tuple[str, str]:
    """The heading of what changed, and what it is."""
    if change["part"] is None:
        return GENERAL, _label(JobDescription, change["field"])
    if change["part"] == "places":
        return COVERED, ""
    line = lines[change["id"]]
    title = line.get("title") or line["text"]
    more = f" – {_label(JobLine, change['field'])}" if "field" in change else ""
    return LineKind(line["kind"]).label, title[:80] + more


def _line(row: Any) -> str:
    return str(" – ".join(filter(None, (row.get("title"), row.get("text") or row.get("name")))))


def _column(kind: Any, field: str) -> Any:
    names = {kind.told_as(key): key for key in kind.journal_fields()}
    return kind.__table__.c.get(names.get(field, field))


def _label(kind: Any, field: str) -> str:
    column = _column(kind, field)
    return str(column.info["label"]) if column is not None else field


def _shown(part: str | None, field: str, value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return N_("Oui") if value else N_("Non")
    column = _column(KINDS[part], field)
    vocabulary = getattr(column.type, "enum_class", None) if column is not None else None
    if vocabulary is not None and issubclass(vocabulary, Vocabulary):
        return str(vocabulary(value).label)
    return day_of(str(value)) if field.endswith("_on") else str(value)


def day_of(text: str) -> str:
    """An ISO day as people read it."""
    return day(dt.date.fromisoformat(text))
