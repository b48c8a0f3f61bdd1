"""The plan as a workbook, a table, data, or a document to hand over."""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from exports import pdf, sheets
from exports.sheets import Heading, Sheet
from exports.texts import day
from models.base import day_of
from models.establishments import Establishment
from models.plan import Action, Priority, State
from models.vocabulary import N_

SCHEMA = 1
LATE = N_("En retard")


@dataclass(frozen=True)
class Plan:
    """What leaves: the actions of an establishment at an instant; `sees_origin` says whose origin may be told."""

    establishment: Establishment
    actions: Sequence[Action]
    at: dt.datetime
    sees_origin: Callable[[Action], bool]

    @property
    def on(self) -> dt.date:
        return day_of(self.at)

    @property
    def title(self) -> str:
        return N_("Plan d’action")

    def origin(self, action: Action) -> str | None:
        return action.origin_title if self.sees_origin(action) else None


HEADINGS = (
    Heading(N_("Action"), 48),
    Heading(N_("État"), 14, tuple(state.label for state in State)),
    Heading(N_("Priorité"), 12, tuple(priority.label for priority in Priority)),
    Heading(N_("Responsable"), 26),
    Heading(N_("Échéance"), 13),
    Heading(LATE, 11),
    Heading(N_("Avancement (%)"), 13),
    Heading(N_("Service"), 26),
    Heading(N_("Origine"), 36),
    Heading(N_("Précisions"), 60),
    Heading(N_("Commencée le"), 13),
    Heading(N_("Faite le"), 13),
    Heading(N_("Motif de l’abandon"), 36),
    Heading(N_("Créée par"), 22),
    Heading(N_("Identifiant"), 38),
)

NOT_EXPORTED = {
    "created_at": "the day of its making is in the journal",
    "establishment_id": "the file is that of one establishment",
    "owner_id": "the owner goes by name",
    "person_id": "the owner goes by name",
    "origin_type": "the origin goes by its title",
    "origin_id": "the origin goes by its title",
    "origin_needs": "a right, not a fact",
    "confidential": "who may not read it has no line of it",
    "revision": "a counter of ours",
    "words": "made for the search",
}
"""The columns of an action that no file carries, and why."""


def _rows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    for one in plan.actions:
        yield (
            one.title, one.state.label, one.priority.label, one.owner_name, one.due_on,
            N_("Oui") if one.is_late(plan.on) else None, one.progress, one.department.name if one.department else None,
            plan.origin(one), one.note, one.started_on, one.done_on, one.drop_reason, one.created_by, str(one.id),
        )  # fmt: skip


def workbook(plan: Plan) -> IO[bytes]:
    """The plan as xlsx; the open file is set at its start."""
    return sheets.xlsx([Sheet(plan.title, HEADINGS, _rows(plan), frozen=1)], plan.title, plan.establishment.name)


def table(plan: Plan) -> IO[bytes]:
    """The plan as csv; the open file is set at its start."""
    return sheets.csv_file(HEADINGS, _rows(plan))


def data(plan: Plan) -> IO[bytes]:
    """The plan as JSON, with the number of its schema."""
    whole = {
        "schema": SCHEMA,
        "establishment": {"code": plan.establishment.code, "name": plan.establishment.name},
        "made_at": plan.at.isoformat(),
        "actions": [_plain(plan, one) for one in plan.actions],
    }
    return BytesIO(json.dumps(whole, ensure_ascii=False, indent=2).encode())


def _plain(plan: Plan, one: Action) -> dict[str, Any]:
    names = ("title", "note", "state", "priority", "progress", "owner_name", "drop_reason", "created_by")
    days = {name: _iso(getattr(one, name)) for name in ("due_on", "started_on", "done_on")}
    department = one.department.name if one.department else None
    own = {name: getattr(one, name) for name in names}
    return {"id": str(one.id), **own, **days, "department": department, "origin": plan.origin(one)}


def _iso(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None


def booklet(plan: Plan) -> IO[bytes]:
    """The plan as an accessible PDF: what is late, then each state in turn."""
    groups = [(state.label, [one for one in plan.actions if one.state is state]) for state in State]
    facts = [(label, len(actions)) for label, actions in groups]
    late = [one for one in plan.actions if one.is_late(plan.on)]
    told = {
        "title": f"{plan.title} – {plan.establishment.name}",
        "heading": plan.title,
        "author": plan.establishment.name,
        "lead": N_("Au %(day)s : %(all)s actions, dont %(late)s en retard.")
        % {"day": day(plan.on), "all": len(plan.actions), "late": len(late)},
        "facts": [(label, str(count)) for label, count in facts],
        "heads": [N_("Action"), N_("Responsable"), N_("Échéance"), N_("Avancement"), N_("Origine")],
        "groups": [
            {"title": title, "rows": [_line(plan, one) for one in actions]} for title, actions in groups if actions
        ],
    }
    return BytesIO(pdf.render(pdf.TEMPLATES / "plan" / "booklet.typ", told, plan.at))


def _line(plan: Plan, one: Action) -> list[str]:
    due = day(one.due_on) if one.due_on else "–"
    if one.is_late(plan.on):
        due += f" ({LATE.lower()})"
    return [one.title, one.owner_name or "–", due, f"{one.progress} %", plan.origin(one) or "–"]


MAKERS: dict[str, Callable[[Plan], IO[bytes]]] = {"xlsx": workbook, "csv": table, "json": data, "pdf": booklet}
