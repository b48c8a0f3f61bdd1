"""The doors of a presence: departure, return, contracts that end, and the accounts of those who left."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from governance.doors import requires
from governance.forms import Form, apply
from governance.lists import paged
from governance.people import operations, queries
from governance.people.blueprint import blueprint
from governance.people.forms import DepartureForm, ReturnForm
from governance.people.picking import picked
from governance.people.routes import Page, show_page
from governance.visitor import load, visitor
from models.base import today
from models.people import CONTRACT_ALERT, Person
from models.permissions import Permission


def _back(person: Person, message: str) -> Response:
    flash(message, "success")
    return redirect(url_for("people.show", identity=person.id), 303)


def _loaded(identity: uuid.UUID) -> Person:
    return load(Person, identity, Permission.PEOPLE_EDIT, queries.whole())


@blueprint.post("/<uuid:identity>/depart")
@requires(Permission.PEOPLE_EDIT)
def leave(identity: uuid.UUID) -> Page:
    """Say her last day and why."""
    person, form = _loaded(identity), DepartureForm()
    if not form.sent() or not apply(
        form, lambda: operations.leave(person, form.left_on.data or today(), form.departure_reason.data)
    ):
        return show_page(person, departure=form), 422
    if person.user and not person.user.is_disabled:
        flash(_("Son compte %(login)s est encore ouvert : faites-le désactiver.", login=person.user.login), "warning")
    return _back(person, _("Le départ de %(name)s est enregistré.", name=person.name))


@blueprint.post("/<uuid:identity>/retour")
@requires(Permission.PEOPLE_EDIT)
def come_back(identity: uuid.UUID) -> Page:
    """Begin a new presence; the former dates stay in the journal."""
    person, form = _loaded(identity), ReturnForm()
    if not form.sent() or not apply(form, lambda: person.come_back(form.arrived_on.data or today())):
        return show_page(person, coming_back=form), 422
    return _back(person, _("Le retour de %(name)s est enregistré.", name=person.name))


@blueprint.post("/<uuid:identity>/depart/annuler")
@requires(Permission.PEOPLE_EDIT)
def cancel_departure(identity: uuid.UUID) -> Page:
    """Take back a departure said by mistake."""
    person, form = _loaded(identity), Form()
    if not form.sent() or not apply(form, person.cancel_departure):
        return show_page(person, problem=form.form_errors), 422
    return _back(person, _("Le départ de %(name)s est annulé.", name=person.name))


CONTRACT_SORTS = {"fin": Person.contract_ends_on, "nom": Person.sort_name, "societe": Person.company}


@blueprint.get("/fins-de-contrat")
@requires(Permission.PEOPLE_READ)
def contracts() -> str:
    """Contracts over without a departure said, or soon over."""
    return _contracts_page()


def _contracts_page(problem: str = "") -> str:
    page = paged(queries.contracts(visitor(), request.args, today()), CONTRACT_SORTS, "fin", queries.details)
    soon = request.args.get("montrer") == "bientot"
    days = CONTRACT_ALERT.days
    return render_template("people/contracts.html", page=page, today=today(), soon=soon, days=days, problem=problem)


@blueprint.post("/fins-de-contrat")
@requires(Permission.PEOPLE_EDIT)
def settle() -> Page:
    """The departure of those picked, each on the last day of her contract."""
    people, form, done = picked(), Form(), []
    if not people:
        flash(_("Cochez d’abord une ou plusieurs personnes."), "warning")
        return redirect(url_for("people.contracts"), 303)
    if not form.sent() or not apply(form, lambda: done.append(operations.leave_many(people, None))):
        return _contracts_page(" ".join(map(str, form.form_errors))), 422
    flash(ngettext("Un départ enregistré.", "%(num)d départs enregistrés.", done[0]), "success")
    return redirect(url_for("people.contracts"), 303)


@blueprint.get("/comptes-a-desactiver")
@requires(Permission.ACCOUNTS_MANAGE)
def accounts() -> str:
    """The accounts still open of those who left."""
    page = paged(queries.accounts_to_close(visitor(), today()), {"depart": Person.left_on}, "depart", queries.details)
    return render_template("people/accounts.html", page=page)
