"""The fictional records: what each says at first, and what happens to it afterwards."""

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.journal import Verb, tell
from models.register.activity import Activity
from models.register.checks import BY_SEVERITY
from models.register.parts import PARTS
from models.register.portable import Departments, Processors, field_values, part_values, parts_from
from models.register.typical import record_from
from models.register.words import Kind, Status
from models.rules import Severity
from models.versions import publish

Entry = dict[str, Any]
"""One entry of register.yaml, or one event of its life."""


# What a record says at first


def plain_record(entry: Entry, contents: dict[str, Entry], usual: Entry) -> Entry:
    """The plain record of an entry. `contents`: the typical processings by code; `usual`: usual.yaml."""
    if "from" in entry:
        record = record_from(contents[entry["from"]])
    else:
        record = {"fields": {"kind": Kind.CONTROLLER.value, "status": Status.DRAFT.value}, "parts": {}}
    for collection, given in entry.get("parts", {}).items():
        rows = record["parts"].setdefault(collection, [])
        _complete(rows, given)
    if "ready" in entry:
        _make_ready(record, entry, usual)
    if entry.get("prequalified"):
        record["fields"]["status"] = Status.PREQUALIFIED.value
        record["parts"] = {"purposes": record["parts"]["purposes"][:1]}
    for collection in entry.get("without", ()):
        del record["parts"][collection]
    record["fields"] |= {"owner_service": None, **entry["fields"]}
    return record


def _complete(rows: list[Entry], given: Any) -> None:
    if isinstance(given, list):
        rows += given
        return
    known = {row["category"]: row for row in rows}
    for category, values in given.items():
        if category in known:
            known[category].update(values)
        else:
            rows.append({"category": category, **values})


def _make_ready(record: Entry, entry: Entry, usual: Entry) -> None:
    audience, parts = entry["ready"], record["parts"]
    for collection in ("data_items", "security_measures"):
        parts[collection] = [{**usual[collection].get(row["category"], {}), **row} for row in parts.get(collection, ())]
    if "access" in entry:
        parts["access_rights"] = usual["access"][entry["access"]]
    record["fields"] |= {
        "information": usual["information"][audience],
        "rights": usual["rights"][audience],
        "automated_decision": False,
        "transfers_exist": bool(parts.get("transfers")),
    }


# What happens to it


def change(activity: Activity, event: Entry, departments: Departments, processors: Processors) -> None:
    """Edit some fields and rows, as a person does on the screen."""
    fields = event.get("fields", {})
    values = field_values({**activity.state()["fields"], **fields}, departments)
    for name in fields:
        setattr(activity, name, values[name])
    for collection, given in event.get("parts", {}).items():
        rows = getattr(activity, collection)
        if isinstance(given, list):
            _add(rows, parts_from(collection, given, processors))
        else:
            _edit(rows, collection, given, processors)


def _add(rows: list[Any], new: list[Any]) -> None:
    for row in new:
        row.position = len(rows)
        rows.append(row)


def _edit(rows: list[Any], collection: str, given: dict[str, Entry], processors: Processors) -> None:
    key = "category" if hasattr(PARTS[collection], "category") else PARTS[collection].title_field
    for title, changes in given.items():
        row = next(row for row in rows if getattr(row, key) == title)
        values = part_values(collection, changes, processors)
        for name in changes:
            setattr(row, name, values[name])


def qualify(session: Session, activity: Activity) -> None:
    """Declare the record complete. Raises RuleBroken when it is not."""
    session.flush()
    required = BY_SEVERITY[Severity.REQUIRED]
    held = session.execute(select(*(check.holds for check in required)).where(Activity.id == activity.id)).one()
    activity.qualify([check.sentence for check, holds in zip(required, held, strict=True) if not holds])


def validate(
    session: Session, activity: Activity, by: str, at: dt.datetime, review_on: dt.date, note: str | None
) -> None:
    """Declare the record complete and put its next version in force until `review_on`."""
    qualify(session, activity)
    activity.validate((activity.validated_version or 0) + 1, review_on)
    version = publish(session, activity, activity.state(), by, at, note)
    tell(session, Verb.VALIDATED, activity, number=version.number, digest=version.digest)
