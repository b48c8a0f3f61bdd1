"""Lays the lines of an HR file beside the directory: arrivals, moves, returns, departures, and who is absent."""

import datetime as dt
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select

from governance.database import session
from governance.imports.outcomes import MOST_OFFERS, Action, Choices, Offer, Plain, Plan, Proposal
from governance.imports.subjects import people_above
from governance.imports.subjects.names import split_name
from governance.imports.subjects.table import Line, Planner, TableSubject
from models.base import today
from models.establishments import Department
from models.people import DepartureReason, Person
from models.rules import RuleBroken
from models.search import fold
from models.vocabulary import N_

WHOLE, NO_SCOPE = "all", "none"
SERVICE, POLE = "service:", "pole:"
MOVED = frozenset({"department", "function_title", "manager", "kind"})

UNKNOWN_PLACE = N_("Vigie ne connaît pas ce %s : cochez-le pour le créer, sinon il n’est pas repris.")
NEW_PLACES = N_(
    "Cochez ceux qui existent : ils seront créés, et leurs personnes rattachées. "
    "Les autres personnes entrent sans service."
)
ABSENT = N_(
    "Ces personnes sont en poste dans Vigie et sur aucune ligne. Cochez celles qui sont parties ; les autres restent."
)

_CODE = re.compile(r"^[A-Z]{0,3}\d{2,6}\s*[-–:/]?\s+(?=\D)")


class PeoplePlanner(Planner):
    """The lines of one file against the persons and services of one establishment."""

    def __init__(self, subject: TableSubject, home: uuid.UUID, choices: Choices) -> None:
        self._departments = list(session.scalars(select(Department).where(Department.establishment_id == home)))
        super().__init__(subject, home, choices)
        self._today = today()
        self._known = {fold(one.name): one.name for one in self._departments}
        self._wanted = set(choices.get("departments", ()))
        self._missing: Counter[tuple[str, str]] = Counter()
        self._by_number = {fold(one.employee_number): one for one in self.present if one.employee_number}
        self._by_email = _grouped((fold(one.email), one) for one in self.present if one.email)
        self._by_name = _grouped((_name_of(one.family_name, one.given_name), one) for one in self.present)
        self._newcomers: dict[str, Line] = {}
        self._managers: list[tuple[Line, str]] = []

    # What the cells say

    def settle(self, line: Line) -> None:
        told = dict(line.fields)
        self._settle_name(line, told)
        department, pole = told.pop("department", None), told.pop("pole", None)
        place = self._department(line, department, pole)
        if place:
            told["department"] = place
        if manager := told.pop("manager", None):
            self._managers.append((line, manager))
        line.values = told

    @staticmethod
    def _settle_name(line: Line, told: Plain) -> None:
        whole, given_first = told.pop("full_name", None), told.pop("given_first", None)
        usage = told.pop("usage_name", None)
        if not (told.get("family_name") and told.get("given_name")) and (whole or given_first):
            family, given, is_sure = split_name(whole or given_first, given_first=not whole)
            told.setdefault("family_name", family)
            told.setdefault("given_name", given)
            if given and not is_sure:
                where = "full_name" if whole else "given_first"
                line.doubt(N_("Lu comme nom « %(family)s » et prénom « %(given)s » : vérifiez.")
                           % {"family": family, "given": given}, where)  # fmt: skip
        if usage:
            told["family_name"] = usage

    def _department(self, line: Line, service: str | None, pole: str | None) -> str | None:
        """The name of the service that Vigie knows, or that was ticked to be made; else the pôle; else nothing."""
        wanted = [(_uncoded(service), SERVICE, "department")] if service else []
        wanted += [(_uncoded(pole), POLE, "pole")] if pole else []
        for name, kind, target in wanted:
            known = self._known.get(fold(name)) or self._known.get(fold(line.fields[target]))
            if known or kind + name in self._wanted:
                return known or name
            self._missing[kind + name, _uncoded(pole) if pole and kind == SERVICE else ""] += 1
            title = N_("service") if kind == SERVICE else N_("pôle")
            line.doubt(UNKNOWN_PLACE % title, target)
        return None

    # Who it is

    def match(self, line: Line) -> Person | None:
        """By the employee number, else the e-mail, else the name; a namesake is never taken for another in silence."""
        values = line.values
        number, mail = values.get("employee_number"), values.get("email")
        if number and (known := self._by_number.get(fold(number))):
            return self._checked(line, known)
        same = [
            one
            for one in self._by_email.get(fold(mail or ""), ())
            if self._may_be(one, line) and _shares_name(one, values)
        ]
        if len(same) == 1:
            return same[0]
        return self._namesake(line)

    @staticmethod
    def _checked(line: Line, known: Person) -> Person | None:
        """A number given again to somebody else must not turn one person into another."""
        if _shares_name(known, line.values):
            return known
        line.refuse(N_("Ce matricule est dans Vigie celui de « %s » : vérifiez le matricule ou le nom.") % known.name,
                    "employee_number")  # fmt: skip
        return None

    def _namesake(self, line: Line) -> Person | None:
        values, where = line.values, _name_target(line)
        same = self._by_name.get(_name_of(values.get("family_name"), values.get("given_name")), [])
        possible = [one for one in same if self._may_be(one, line)]
        near = [one for one in possible if self._is_near(one, line)]
        if len(possible) == 1 or len(near) == 1:
            found = near[0] if near else possible[0]
            if not near or len(same) > 1:
                line.doubt(
                    N_("Reconnue par son seul nom comme « %s » : vérifiez que c’est la même personne.") % _told(found),
                    where,
                )
            return found
        if possible:
            names = " ; ".join(_told(one) for one in possible[:5])
            line.refuse(N_("Plusieurs personnes de Vigie portent ce nom (%s) : ajoutez le matricule.") % names, where)
        elif same:
            line.doubt(N_("Homonyme de « %s », créée à part.") % _told(same[0]), where)
        return None

    @staticmethod
    def _may_be(known: Person, line: Line) -> bool:
        """Nothing says that they are two: neither two numbers, nor two addresses when no number decides."""
        number, mail = line.values.get("employee_number"), line.values.get("email")
        if number and known.employee_number:
            return fold(number) == fold(known.employee_number)
        return not (mail and known.email) or fold(mail) == fold(known.email)

    @staticmethod
    def _is_near(known: Person, line: Line) -> bool:
        """Something beside the name says that they are one."""
        here = {"department": known.department.name if known.department else None, "email": known.email,
                "function_title": known.function_title, "company": known.company, "phone": known.phone}  # fmt: skip
        return any(value and fold(value) == fold(str(line.values.get(name) or "")) for name, value in here.items())

    def identities(self, line: Line) -> Iterator[Any]:
        number = line.values.get("employee_number")
        if number:
            yield "number", fold(number)
        else:
            yield "name", _name_of(line.values.get("family_name"), line.values.get("given_name"))

    # Presence

    def take(self, line: Line, record: Any) -> None:
        super().take(line, record)
        values = line.values
        if values.get("left_on"):
            values["departure_reason"] = values.get("departure_reason") or record.departure_reason or _reason(values)
        elif record.left_on and record.left_on < self._today:
            self._bring_back(line, record.left_on)
        else:
            values.pop("departure_reason", None)

    def _bring_back(self, line: Line, left_on: dt.date) -> None:
        """Somebody who had left is in the file again: a new presence begins, with the file's date or today."""
        arrived = line.values.get("arrived_on")
        if not arrived or arrived <= left_on.isoformat():
            line.values["arrived_on"] = self._today.isoformat()
            line.doubt(
                N_("De retour : son départ était enregistré. L’arrivée est datée d’aujourd’hui, faute de mieux."),
                "arrived_on",
            )
        line.values |= {"left_on": None, "departure_reason": None}
        line.values.setdefault("contract_ends_on", None)

    def _refuse_incomplete(self, line: Line) -> None:
        super()._refuse_incomplete(line)
        values = line.values
        first = self._newcomers.setdefault(_name_of(values.get("family_name"), values.get("given_name")), line)
        if first is not line:
            line.doubt(
                N_("Même nom qu’à la ligne %s : deux personnes seront créées.") % first.place["row"], _name_target(line)
            )
        if not values.get("left_on"):
            values.pop("departure_reason", None)
        elif line.action is Action.CREATE and values["left_on"] < self._today.isoformat():
            line.action, line.label = Action.SAME, N_("Déjà partie")
        else:
            values["departure_reason"] = values.get("departure_reason") or _reason(values)

    def label(self, line: Line) -> str:
        if line.action is Action.CREATE:
            return N_("Arrivée")
        changed = {change["field"]: change["after"] for change in line.changes}
        if "left_on" in changed:
            return N_("Départ") if changed["left_on"] else N_("Retour")
        return N_("Mouvement") if MOVED & changed.keys() else N_("Mise à jour") if changed else ""

    # Beside the lines

    def further(self, lines: list[Line]) -> list[Line]:
        people_above.settle(lines, self.present, self._managers)
        ticked = set(self.choices.get("absent", ()))
        return [self._leaver(one) for one in self._absent(lines) if str(one.id) in ticked]

    def _leaver(self, person: Person) -> Line:
        day = self.choices["absent_on"]
        if person.arrived_on and day < person.arrived_on.isoformat():
            sentence = N_("Le départ de « %s » ne peut pas précéder son arrivée.") % person.name
            raise RuleBroken("absent_on", sentence)
        line = Line(place={"sheet": "", "row": 0}, action=Action.CHANGE)
        line.values = {"left_on": day, "departure_reason": DepartureReason.NOT_IN_FILE.value}
        line.reference, line.name = person.employee_number, person.name
        Planner.take(self, line, person)
        return line

    def _absent(self, lines: list[Line]) -> list[Person]:
        """Who is here, in what the file covers, and on none of its lines, not even on one that was refused."""
        scope = self.choices.get("scope", NO_SCOPE)
        if scope == NO_SCOPE:
            return []
        told = {line.record_id for line in lines}
        refused = [line.values for line in lines if line.action is Action.REFUSE]
        names = {_name_of(values.get("family_name"), values.get("given_name")) for values in refused}
        numbers = {fold(values.get("employee_number") or "") for values in refused} - {""}
        return [
            one for one in self.present
            if one.id not in told and one.left_on is None and scope in (WHOLE, one.kind.value)
            and (one.arrived_on is None or one.arrived_on <= self._today)
            and _name_of(one.family_name, one.given_name) not in names
            and fold(one.employee_number or "") not in numbers
        ]  # fmt: skip

    def proposals(self, lines: list[Line]) -> list[Proposal]:
        return [self._new_departments(), self._leavers(lines)]

    def _new_departments(self) -> Proposal:
        offers = [
            Offer(value, value.partition(":")[2], _people(count) + (f", {pole}" if pole else ""))
            for (value, pole), count in sorted(_merged(self._missing).items())
        ]
        return Proposal(
            "departments", N_("Services que Vigie ne connaît pas"),
            NEW_PLACES,
            offers[:MOST_OFFERS], whole=N_("Créer tous ces services"),
        )  # fmt: skip

    def _leavers(self, lines: list[Line]) -> Proposal:
        offers = [
            Offer(
                str(one.id),
                one.name,
                ", ".join(filter(None, (one.employee_number, _place(one)))),
            )
            for one in self._absent(lines)
        ]
        return Proposal(
            "absent", N_("Absents du fichier"),
            ABSENT,
            offers[:MOST_OFFERS], day=N_("Dernier jour de présence"),
        )  # fmt: skip


def pole_of(service: str, plan: Plan) -> str | None:
    """The pôle that the file gives to a service, by the first of its lines that has one."""
    told = (one.fields for one in plan.outcomes if isinstance(one, Line))
    poles = (one.get("pole") for one in told if _uncoded(one.get("department")) == service)
    return next((_uncoded(pole) for pole in poles if pole), None)


def _grouped(pairs: Iterable[tuple[str, Person]]) -> dict[str, list[Person]]:
    groups: dict[str, list[Person]] = {}
    for key, person in pairs:
        groups.setdefault(key, []).append(person)
    return groups


def _merged(missing: Counter[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """One offer per service, under the pôle that most of its lines name."""
    best: dict[str, tuple[str, int, int]] = {}
    for (value, pole), count in missing.items():
        known, most, total = best.get(value, ("", 0, 0))
        best[value] = (pole, count, total + count) if count > most else (known, most, total + count)
    return {(value, pole): total for value, (pole, _most, total) in best.items()}


def _name_of(family: str | None, given: str | None) -> str:
    return fold(f"{family or ''} {given or ''}".replace("-", " "))


def _shares_name(known: Person, values: Plain) -> bool:
    """Whether a line bears the family name or the given name of a person: one of both may change, or be short."""
    family, given = fold(values.get("family_name") or ""), fold(values.get("given_name") or "")
    return fold(known.family_name) == family or fold(known.given_name) == given or not (family or given)


def _name_target(line: Line) -> str:
    return next((one for one in ("family_name", "full_name", "given_first") if one in line.columns), "")


def _told(person: Person) -> str:
    facts = (person.name, person.employee_number, _place(person))
    return ", ".join(filter(None, facts))


def _place(person: Person) -> str:
    return person.department.name if person.department else ""


def _uncoded(name: str | None) -> str:
    """A service without the code before it: « 4510 - Urgences » -> « Urgences »."""
    return _CODE.sub("", name or "").strip() or (name or "")


def _reason(values: Plain) -> str:
    ended = values.get("contract_ends_on")
    return (DepartureReason.CONTRACT_ENDED if ended and ended <= values["left_on"] else DepartureReason.OTHER).value


def _people(count: int) -> str:
    return f"{count} {N_('personne') if count == 1 else N_('personnes')}"
