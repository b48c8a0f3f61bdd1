"""The directory of the fictional group: everybody by service, who comes from outside, newcomers, leavers, a double."""

import uuid
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from models.people import DepartureReason, Person, PersonKind
from models.search import fold
from seed.demo.content import read
from seed.demo.group import Scene

SENIORITIES = (-2900, -1730, -3600, -740, -21, -1200, -390, -2100, -5, -960, -4100, -150)
"""Days since the arrival of the staff, in turn: two in twelve are newcomers."""


class Directory:
    """The entries of people.yaml on a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.content: dict[str, Any] = read("people", scene.today)
        self.heads: dict[tuple[str, str], Person] = {}
        self._draws = count()

    def fill(self, session: Session) -> None:
        """Enter everybody: heads first, since the others are placed under them."""
        people = [self._of_account(row) for row in self.content["accounts"]]
        self.heads["CHVA", "Urgences"] = next(one for one in people if one.employee_number == "10007")
        for code, place in self.content["places"].items():
            people += self._staff(code, place)
        people += [self._outside(row) for row in self.content["others"]]
        people += [self._leaver(row) for row in self.content["leavers"]]
        people += self._twice(self.content["twice"])
        codes = self.scene.places
        names = {one.id: (code, one.name) for code in codes for one in self.scene.departments(code).values()}
        for person in people:
            self._manage(person, names)
        session.add_all(people)

    def _of_account(self, row: dict[str, Any]) -> Person:
        user = self.scene.people[row["login"]]
        given, _, family = user.name.partition(" ")
        facts = {"user_id": user.id, "email": user.email, "employee_number": row.get("number")}
        return self._person(row, given, family, **facts)

    def _staff(self, code: str, place: dict[str, Any]) -> list[Person]:
        people, numbers = [], count(place["numbers"])
        for service, size in place["services"].items():
            functions = self.content["functions_of"].get(service, self.content["functions"])
            for rank in range(size):
                number = next(numbers)
                row = {"place": code, "department": service, "arrived": SENIORITIES[number % len(SENIORITIES)]}
                row["function"] = functions[rank % len(functions)]
                if is_head := (code, service) not in self.heads:
                    row |= {"function": self.content["heads"].get(service, self.content["head"]), "arrived": -1500}
                person = self._person(row, *self._name(), employee_number=str(number))
                person.email = self._address(person, place["domain"])
                people.append(person)
                if is_head:
                    self.heads[code, service] = person
        return people

    def _outside(self, row: dict[str, Any]) -> Person:
        person = self._person(row, *self._name())
        if row["kind"] in ("contractor", "supplier"):
            person.email = self._address(person, fold(row["company"]).replace(" ", "-").replace("’", "-") + ".example")
        return person

    def _leaver(self, row: dict[str, Any]) -> Person:
        person = self._of_account(row) if "login" in row else self._outside(row)
        person.leave(self.scene.date(row["left"]), DepartureReason(row["reason"]))
        return person

    def _twice(self, row: dict[str, Any]) -> list[Person]:
        given, family = self._name()
        known = self._person(row, given, family, employee_number="10999")
        return [known, self._person(row, given, family.upper(), phone="03 53 01 10 77")]

    def _manage(self, person: Person, names: dict[uuid.UUID, tuple[str, str]]) -> None:
        head = self.heads.get(names[person.department_id]) if person.department_id else None
        if head is not None and head is not person:
            person.place_under(head)

    def _person(self, row: dict[str, Any], given: str, family: str, **facts: Any) -> Person:
        place = self.scene.places[row["place"]]
        return Person(
            establishment_id=place.id,
            department_id=self.scene.departments(place.code)[row["department"]].id,
            kind=PersonKind(row.get("kind", "staff")),
            given_name=given,
            family_name=family,
            function_title=row["function"],
            company=row.get("company"),
            arrived_on=self.scene.date(row["arrived"]),
            contract_ends_on=self.scene.date(row["ends"]) if "ends" in row else None,
            **facts,
        )

    def _name(self) -> tuple[str, str]:
        """The next names: the two lists go round at their own pace, so that no pair comes twice."""
        draw = next(self._draws)
        given, family = self.content["given_names"], self.content["family_names"]
        return given[(draw * 5) % len(given)], family[(draw * 8) % len(family)]

    def _address(self, person: Person, domain: str) -> str:
        return f"{fold(person.given_name)}.{fold(person.family_name).replace(' ', '-')}@{domain}"
