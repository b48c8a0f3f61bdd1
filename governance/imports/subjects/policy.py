"""Attendance lists: who came to an awareness session, each laid beside the directory; who is unknown is named."""

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from governance.database import session
from governance.imports.formats.sheets import Cell
from governance.imports.outcomes import Choices, Job, Plain, Plan
from governance.imports.subjects import cells
from governance.imports.subjects.cells import Doubted
from governance.imports.subjects.names import split_name
from governance.imports.subjects.reading import Target, words_for
from governance.imports.subjects.table import Line, Planner, TableSubject
from models.people import Person
from models.permissions import Permission
from models.policy.training import Attendance, TrainingSession
from models.search import fold
from models.vocabulary import N_

_PEOPLE, _WORDS = words_for("people")["headings"], words_for("policy")
OFFERED = 100
"""How many sessions the preview offers, the latest first."""

NO_SESSION = N_("Enregistrez d’abord la séance (PSSI, Sensibilisation), puis importez sa liste.")
UNKNOWN = N_("Personne inconnue de l’annuaire : sa présence est gardée sous ce nom, sans compter dans les taux.")
NAMESAKES = N_("Plusieurs personnes de l’annuaire portent ce nom : ajoutez le matricule, sinon elle reste sans fiche.")
NOT_NAMED = N_("Ni nom ni fiche de l’annuaire à ce matricule ou à cette adresse : la ligne n’est pas reprise.")
EXPECTED = N_("« Présent » ou « Absent » est attendu, ou une croix, ou une signature : lu comme présent.")


def _attended(cell: Cell, text: str) -> bool:
    """Whether somebody came, as attendance sheets say it; anything written where one signs is a presence."""
    said = fold(text)
    if said in _WORDS["absent"]:
        return False
    if said in _WORDS["present"]:
        return True
    raise Doubted(True, EXPECTED)


TARGETS = (
    Target("employee_number", N_("Matricule"), cells.line(40), _PEOPLE["employee_number"]),
    Target("family_name", N_("Nom"), cells.name, _PEOPLE["family_name"]),
    Target("given_name", N_("Prénom"), cells.name, _PEOPLE["given_name"]),
    Target("full_name", N_("Nom et prénom"), cells.name, [*_PEOPLE["full_name"], *_WORDS["headings"]["full_name"]]),
    Target("given_first", N_("Prénom puis nom"), cells.name, _PEOPLE["given_first"]),
    Target("email", N_("Adresse électronique"), cells.email, _PEOPLE["email"]),
    Target("attended", N_("Présent"), _attended, _WORDS["headings"]["attended"]),
    Target("score", N_("Résultat au quiz (%)"), cells.integer, _WORDS["headings"]["score"]),
)


class AttendancePlanner(Planner):
    """The lines of one list against the directory and against who is on the list of the session already."""

    def __init__(self, subject: TableSubject, home: uuid.UUID, choices: Choices) -> None:
        super().__init__(subject, home, choices)
        self.held = chosen_session(home, choices)
        self.present = [one for one in self.present if self.held and one.session_id == self.held.id]
        self._by_key = {key: self._indexed(key) for key in subject.keys}
        people = list(session.scalars(Person.of(home)))
        self._by_number = {fold(one.employee_number): one for one in people if one.employee_number}
        self._by_email = {fold(one.email): one for one in people if one.email}
        self._by_name: dict[str, list[Person]] = {}
        for one in people:
            self._by_name.setdefault(_name_of(one.family_name, one.given_name), []).append(one)
        self._marked = False

    def plan(self, records: Iterable[Plain]) -> Plan:
        """Where one line says whether somebody came, an empty cell is an absence; else all who are listed came."""
        rows = list(records)
        self._marked = any("attended" in one["record"]["fields"] for one in rows)
        return super().plan(rows)

    def settle(self, line: Line) -> None:
        told = line.fields
        family, given = told.get("family_name"), told.get("given_name")
        whole = told.get("full_name") or told.get("given_first")
        if not (family and given) and whole:
            family, given, _is_sure = split_name(whole, given_first="full_name" not in told)
        person = self._known(line, family, given)
        typed = " ".join(part for part in (given, family) if part)
        line.values = {
            "name": (person.name if person else typed)[:200],
            "employee_number": (person.employee_number if person else told.get("employee_number")) or "",
            "attended": told.get("attended", not self._marked),
        }
        if "score" in told:
            line.values["score"] = min(max(int(told["score"]), 0), 100)
        line.fields = {**told, PERSON: str(person.id) if person else ""}
        if self.held is None:
            line.refuse(NO_SESSION)
        elif not line.values["name"]:
            line.refuse(NOT_NAMED)

    def _known(self, line: Line, family: str | None, given: str | None) -> Person | None:
        """Who of the directory it is: by the number, else the address, else the name when only one bears it."""
        told = line.fields
        for index, key in ((self._by_number, "employee_number"), (self._by_email, "email")):
            if found := index.get(fold(told.get(key) or "")):
                return found
        same = self._by_name.get(_name_of(family, given), []) if family and given else []
        if len(same) == 1:
            return same[0]
        line.doubt(NAMESAKES if same else UNKNOWN, next(iter(line.columns), ""))
        return None

    def label(self, line: Line) -> str:
        return N_("De l’annuaire") if line.fields[PERSON] else N_("Hors annuaire")


PERSON = "_person"
"""Where a line keeps the identity of the person whom it recognised."""


def chosen_session(home: uuid.UUID, choices: Choices) -> TrainingSession | None:
    """The session that the preview chose, if it is one of this establishment."""
    try:
        found = session.get(TrainingSession, uuid.UUID(choices.get("scope", "")))
    except ValueError:
        return None
    return found if found is not None and found.establishment_id == home else None


def _name_of(family: str | None, given: str | None) -> str:
    return fold(f"{family or ''} {given or ''}".replace("-", " "))


class PolicySubject(TableSubject):
    word = "policy"
    title = N_("Émargement d’une séance de sensibilisation")
    hint = N_(
        "La liste des présents d’une séance (.xlsx, .ods, .csv), une ligne par personne. Vigie y reconnaît qui est "
        "dans l’annuaire et nomme les inconnus ; la séance s’enregistre d’abord dans la PSSI."
    )
    one, many = N_("présence"), N_("présences")
    heads = (N_("Matricule"), N_("Personne"))
    table = Attendance.__tablename__
    permission = Permission.TRAINING_EDIT
    scope_title = N_("Séance")
    scope_hint = N_("À quelle séance cette liste a-t-elle été signée ?")
    model = Attendance
    targets = TARGETS
    unkept = (*_WORDS["unkept"], *words_for("people")["unkept"])
    keys = (("employee_number",), ("name",))
    must = ("name",)
    enough = (("family_name", "given_name"), ("full_name",), ("given_first",), ("employee_number",), ("email",))
    planner = AttendancePlanner

    def titles(self, values: Plain) -> tuple[str | None, str | None]:
        return values.get("employee_number") or None, values.get("name")

    def scopes(self, home: uuid.UUID, content: Plain) -> list[tuple[str, str]]:
        """The sessions, the latest first."""
        query = select(TrainingSession).where(TrainingSession.establishment_id == home)
        found = session.scalars(query.order_by(TrainingSession.held_on.desc(), TrainingSession.title).limit(OFFERED))
        return [(str(one.id), one.journal_title()) for one in found]

    def write(self, job: Job, content: Plain, plan: Plan) -> None:
        self._held = chosen_session(job.batch.establishment_id, job.batch.choices)
        super().write(job, content, plan)

    def _lay(self, job: Job, line: Line, links: dict[str, dict[str, Any]]) -> None:
        super()._lay(job, line, links)
        if line.record.session_id is None and self._held is not None:
            line.record.session_id = self._held.id
        if line.fields[PERSON] and line.record.person_id is None:
            line.record.recognise(session.get_one(Person, uuid.UUID(line.fields[PERSON])))
