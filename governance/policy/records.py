"""What the room's records share: a form that never overwrites a colleague unseen, and who answers for something."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError
from wtforms import HiddenField

from governance.database import session
from governance.editing import is_overtaken
from governance.forms import Form, apply
from governance.visitor import visitor
from models.people import Person
from models.permissions import Permission
from models.rules import RuleBroken
from models.vocabulary import N_

R = TypeVar("R")
NAMESAKES = N_("Plusieurs personnes de l’annuaire y répondent : donnez le matricule ou l’adresse électronique.")
REACHED = N_("Un nom, un matricule ou une adresse : qui est dans l’annuaire y est retrouvé.")


class RecordForm(Form):
    """A form on a record that counts its `revision`: another one than the form's means that somebody saved."""

    revision = HiddenField()


def keep(read: Callable[[], R], form: RecordForm, fill: Callable[[R], object]) -> tuple[int, R]:
    """Lay a form on a record: 303 when it is kept, 422 when it is refused, 409 when somebody saved meanwhile.

    `read` gives the record, checked; `fill` lays what was typed on it and may raise RuleBroken.
    """
    record: Any = read()
    if not form.sent():
        return 422, record
    if is_overtaken(form, record):
        return 409, record
    if not apply(form, lambda: fill(record)):
        return 422, record
    try:
        session.flush()
    except StaleDataError:
        session.rollback()
        is_overtaken(form, record := read())
        return 409, record
    return 303, record


def known_person(establishment_id: uuid.UUID, typed: str | None, field: str) -> Person | None:
    """The person of the directory whom a text designates, among those she reads. Raises RuleBroken for namesakes."""
    if not typed:
        return None
    readable = visitor().sees(Person, Permission.PEOPLE_READ)
    for query in Person.answering_to(establishment_id, typed):
        found = list(session.scalars(query.where(readable).limit(2)))
        if len(found) > 1:
            raise RuleBroken(field, NAMESAKES)
        if found:
            return found[0]
    return None


def picked(model: type[R], typed: list[str]) -> list[R]:
    """The records whose identities were ticked; what is no identity is left out."""
    ids = set()
    for one in typed[:500]:
        try:
            ids.add(uuid.UUID(one))
        except ValueError:
            continue
    key: Any = model.id  # type: ignore[attr-defined]
    return list(session.scalars(select(model).where(key.in_(ids))))
