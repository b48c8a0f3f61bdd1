"""What is done to the persons picked in a list: all of them or none."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from governance import places
from governance.database import session
from governance.doors import requires
from governance.forms import DayField, Form, apply, identity, text
from governance.people import operations, queries
from governance.people.blueprint import blueprint
from governance.people.forms import REACHED
from governance.visitor import refuse, visitor
from models.people import Person
from models.permissions import Permission
from models.rules import RuleBroken
from models.vocabulary import N_

MOST = 500
"""How many records one request changes at most."""


def picked() -> list[Person]:
    """The records picked, each checked: 404 when one is not to be seen, 403 when one is not to be changed."""
    try:
        ids = {uuid.UUID(typed) for typed in request.form.getlist("ids")[:MOST]}
    except ValueError:
        abort(404)
    people = list(session.scalars(queries.whole().where(Person.id.in_(ids))))
    if len(people) != len(ids) or not all(visitor().may(Permission.PEOPLE_READ, one) for one in people):
        abort(404)
    if not all(visitor().may(Permission.PEOPLE_EDIT, one) for one in people):
        refuse()
    return people


class ManyForm(Form):
    """What may be said of several persons at once."""

    service = identity("", lambda: places.department_choices(Permission.PEOPLE_EDIT))
    manager = text("", limit=400, description=REACHED)
    left_on = DayField("")


@blueprint.post("/lot")
@requires(Permission.PEOPLE_EDIT)
def change_many() -> Any:
    """Change the persons picked in the list; refused as a whole if one of them cannot be changed so."""
    people, form, done = picked(), ManyForm(), []
    if not people:
        flash(_("Cochez d’abord une ou plusieurs personnes."), "warning")
        return redirect(_list_address(), 303)
    if not form.sent() or not apply(form, lambda: done.append(_change(people, form))):
        session.rollback()
        return render_template("people/refused_many.html", form=form, back=_list_address()), 422
    flash(ngettext("Une fiche modifiée.", "%(num)d fiches modifiées.", done[0]), "success")
    return redirect(_list_address(), 303)


def _change(people: list[Person], form: ManyForm) -> int:
    verb = request.form.get("faire")
    places = {person.establishment_id for person in people}
    if verb == "depart" and form.left_on.data:
        return operations.leave_many(people, form.left_on.data)
    if len(places) != 1:
        raise RuleBroken("", N_("Cochez des personnes d’un même établissement."))
    (place,) = places
    if verb == "service" and form.service.data:
        return operations.change_many(people, "department_id", _own(form.service.data, place))
    if verb == "responsable" and form.manager.data:
        return operations.change_many(people, "manager", operations.the_one(place, form.manager.data, "manager"))
    raise RuleBroken("", N_("Donnez un service, un responsable ou un dernier jour."))


def _own(department_id: uuid.UUID, place: uuid.UUID) -> uuid.UUID:
    if str(department_id) not in dict(queries.departments_of(place)):
        raise RuleBroken("service", N_("Ce service est celui d’un autre établissement."))
    return department_id


def _list_address() -> str:
    return url_for("people.index") + ("?" + query if (query := request.form.get("liste", "")[:2000]) else "")
