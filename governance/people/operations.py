"""What is done to the persons of the directory."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from governance.database import session
from governance.people import queries
from governance.people.forms import FACTS, PersonForm
from models.accounts import User
from models.base import today
from models.charters import joining
from models.people import DepartureReason, Person
from models.rules import RuleBroken
from models.vocabulary import N_

NOBODY = N_("Personne dans l’annuaire ne répond à cette indication : donnez un matricule ou une adresse électronique.")
SEVERAL = N_("Plusieurs personnes y répondent : précisez par le matricule ou l’adresse électronique.")


def enter(establishment_id: uuid.UUID, form: PersonForm) -> Person:
    """A new person of an establishment, in its running campaigns at once. Raises RuleBroken at the field that fails."""
    person = Person(establishment_id=establishment_id)
    with session.no_autoflush:
        fill(person, form)
    session.add(person)
    session.flush()
    joining.welcome(session(), establishment_id, today(), Person.id == person.id)
    return person


def correct(person: Person, form: PersonForm) -> None:
    """Change a record as typed. Raises RuleBroken at the field that does not hold."""
    _not_merged(person)
    with session.no_autoflush:
        fill(person, form)


def fill(person: Person, form: PersonForm) -> None:
    """Give a record what was typed. Raises RuleBroken at the field that does not hold."""
    for name in FACTS:
        setattr(person, name, form[name].data)
    _number_is_free(person)
    person.check()
    typed = form.manager.data
    if typed != (queries.reference(person.manager) or None):
        person.place_under(the_one(person.establishment_id, typed, "manager") if typed else None)


def the_one(establishment_id: uuid.UUID, typed: str, field: str) -> Person:
    """The person whom a text designates. Raises RuleBroken(field) for none or several."""
    found = queries.found_by(establishment_id, typed)
    if len(found) != 1:
        raise RuleBroken(field, SEVERAL if found else NOBODY)
    return found[0]


def _number_is_free(person: Person) -> None:
    if person.employee_number is None:
        return
    holder = select(Person.id).where(
        Person.establishment_id == person.establishment_id,
        Person.employee_number == person.employee_number,
        Person.merged_into_id.is_(None),
    )
    if session.scalar(holder) not in (None, person.id):
        raise RuleBroken("employee_number", N_("Une autre personne de l’établissement porte déjà ce matricule."))


def _not_merged(person: Person) -> None:
    if person.merged_into_id:
        raise RuleBroken("", N_("Cette fiche a été fusionnée avec une autre : ouvrez celle qui reste."))


# Departure and return


def leave(person: Person, on: dt.date, reason: DepartureReason) -> None:
    """Say somebody's last day. Raises RuleBroken."""
    _not_merged(person)
    person.leave(on, reason)


def leave_many(people: Iterable[Person], on: dt.date | None) -> int:
    """Say the departure of several, on a day or each on the end of her contract. Raises RuleBroken, for all of them."""
    count = 0
    for person in people:
        last = on or person.contract_ends_on
        if last is None:
            raise RuleBroken("", N_("%s n’a pas de fin de contrat : donnez le dernier jour.") % person.name)
        try:
            leave(person, last, DepartureReason.CONTRACT_ENDED if on is None else DepartureReason.OTHER)
        except RuleBroken as broken:
            raise RuleBroken("", f"{person.name} : {broken.message}") from broken
        count += 1
    return count


def change_many(people: Iterable[Person], name: str, value: Any) -> int:
    """Give several persons the same department (an identity) or manager (a Person, or None). Raises RuleBroken."""
    count = 0
    for person in people:
        if name == "manager":
            person.place_under(value if value is not person else None)
        else:
            setattr(person, name, value)
        count += 1
    return count


# Account


def link(person: Person, login: str) -> None:
    """Say that an account of the establishment is hers. Raises RuleBroken("login")."""
    _not_merged(person)
    user = session.scalars(queries.accounts_of(person).where(User.login == login)).one_or_none()
    if user is None:
        raise RuleBroken(
            "login", N_("Aucun compte ouvert de cet établissement, libre de toute autre fiche, n’a cet identifiant.")
        )
    person.user = user
