"""The people: the file of human resources, laid beside the directory. Nobody leaves it because a line is missing."""

import uuid
from typing import Any

from sqlalchemy import select

from governance.database import session
from governance.imports.outcomes import Job, Plain, Plan
from governance.imports.subjects import cells, states
from governance.imports.subjects.people_planning import NO_SCOPE, WHOLE, PeoplePlanner, pole_of
from governance.imports.subjects.reading import Target, words_for
from governance.imports.subjects.table import TableSubject
from models.base import today
from models.charters import joining
from models.establishments import Department, DepartmentKind
from models.imports import ImportedRecord
from models.people import DepartureReason, Person, PersonKind
from models.permissions import Permission
from models.search import fold
from models.vocabulary import N_

_WORDS = words_for("people")
_SAID = _WORDS["headings"]

TARGETS = (
    Target("employee_number", N_("Matricule"), cells.line(40), _SAID["employee_number"]),
    Target("family_name", N_("Nom"), cells.name, _SAID["family_name"]),
    Target("usage_name", N_("Nom d’usage"), cells.name, _SAID["usage_name"]),
    Target("given_name", N_("Prénom"), cells.name, _SAID["given_name"]),
    Target("full_name", N_("Nom et prénom"), cells.name, _SAID["full_name"]),
    Target("given_first", N_("Prénom puis nom"), cells.name, _SAID["given_first"]),
    Target("department", N_("Service"), cells.line(), _SAID["department"]),
    Target("pole", N_("Pôle"), cells.line(), _SAID["pole"]),
    Target("function_title", N_("Fonction"), cells.line(), _SAID["function_title"]),
    Target("kind", N_("Catégorie"), cells.one_of(PersonKind, _WORDS["kinds"]), _SAID["kind"]),
    Target("email", N_("Adresse électronique"), cells.email, _SAID["email"]),
    Target("phone", N_("Téléphone"), cells.line(40), _SAID["phone"]),
    Target("arrived_on", N_("Date d’arrivée"), cells.day, _SAID["arrived_on"]),
    Target("contract_ends_on", N_("Fin de contrat"), cells.day, _SAID["contract_ends_on"]),
    Target("left_on", N_("Date de départ"), cells.day, _SAID["left_on"]),
    Target(
        "departure_reason",
        N_("Motif du départ"),
        cells.one_of(DepartureReason, _WORDS["reasons"]),
        _SAID["departure_reason"],
    ),
    Target("company", N_("Société"), cells.line(), _SAID["company"]),
    Target("manager", N_("Responsable"), cells.line(), _SAID["manager"]),
)
"""What a column of an HR file may mean."""


class PeopleSubject(TableSubject):
    word = "people"
    title = N_("Personnes (fichier des ressources humaines)")
    hint = N_(
        "Un export de la paie ou de l’annuaire (.xlsx, .ods, .csv), une ligne par personne. Vigie montre les arrivées, "
        "les mouvements, les retours et les départs ; une personne absente du fichier n’est jamais retirée sans vous."
    )
    one, many = N_("personne"), N_("personnes")
    heads = (N_("Matricule"), N_("Personne"))
    table = Person.__tablename__
    permission = Permission.PEOPLE_IMPORT
    model = Person
    targets = TARGETS
    unkept = _WORDS["unkept"]
    keys = ()
    must = ("family_name", "given_name")
    enough = (("family_name", "given_name"), ("usage_name", "given_name"), ("full_name",), ("given_first",))
    planner = PeoplePlanner
    upward = "manager_id"

    def present(self, home: uuid.UUID) -> Any:
        return Person.of(home)

    def titles(self, values: Plain) -> tuple[str | None, str | None]:
        name = " ".join(filter(None, (values.get("given_name"), values.get("family_name"))))
        return values.get("employee_number"), name

    def is_same(self, name: str, before: Any, value: Any) -> bool:
        """Capitals and accents are no change: files from the payroll have neither."""
        return bool(before == value) or (
            isinstance(before, str) and isinstance(value, str) and fold(before) == fold(value)
        )

    def check(self, values: dict[str, Any]) -> None:
        Person(
            **{name: values.get(name) for name in ("kind", "company", "arrived_on", "contract_ends_on", "left_on")}
        ).check()

    def scopes(self, home: uuid.UUID, content: Plain) -> list[tuple[str, str]]:
        """The whole establishment or one population; the one that all the lines are of first."""
        told = {one["record"]["fields"].get("kind", PersonKind.STAFF.value) for one in content["records"]}
        kinds = sorted(PersonKind, key=lambda kind: {kind.value} != told)
        populations = [(kind.value, kind.label) for kind in kinds]
        everyone = (WHOLE, N_("Toutes les personnes de l’établissement"))
        nothing = (NO_SCOPE, N_("Aucun ensemble : ne rien dire des absents"))
        return [*populations, everyone, nothing] if len(told) == 1 else [everyone, *populations, nothing]

    def prepare(self, job: Job, plan: Plan) -> None:
        """Make the services and pôles that were ticked; a service goes under the pôle that the file gives it."""
        home = job.batch.establishment_id
        ticked = [value.partition(":")[::2] for value in job.batch.choices.get("departments", ())]
        known = self.links(home)["department"]
        for kind in (DepartmentKind.POLE, DepartmentKind.SERVICE):
            for name in [name for word, name in ticked if word == kind.value and name not in known]:
                known[name] = Department(establishment_id=home, kind=kind, name=name)
                if kind is DepartmentKind.SERVICE:
                    _place_under(known[name], pole_of(name, plan), known)
                session.add(known[name])
                session.flush()
                states.keep(job, [(known[name], None)])

    def links(self, home: uuid.UUID) -> dict[str, dict[str, Any]]:
        found = session.scalars(select(Department).where(Department.establishment_id == home))
        return {"department": {one.name: one for one in found}}

    def write(self, job: Job, content: Plain, plan: Plan) -> None:
        """Arrivals join the running campaigns at once, so that none waits for the night to be asked."""
        super().write(job, content, plan)
        joining.welcome(session(), job.batch.establishment_id, today())

    def take_back(self, job: Job, records: list[ImportedRecord]) -> tuple[int, int]:
        """Who was only put on a list leaves it; who was written to or answered holds the import."""
        made = [one.record_id for one in records if one.before is None and one.record_type == self.table]
        joining.withdraw(session(), made)
        return super().take_back(job, records)


def _place_under(service: Department, pole: str | None, known: dict[str, Department]) -> None:
    parent = known.get(pole or "")
    if parent is not None and parent.kind is DepartmentKind.POLE:
        service.place_under(parent)
