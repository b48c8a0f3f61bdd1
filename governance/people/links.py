"""The doors that join: a person to an account, two records of the same human, the people of a company."""

import datetime as dt
import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from exports.texts import day
from governance.database import session
from governance.doors import requires
from governance.forms import Form, apply
from governance.lists import paged
from governance.people import columns, merging, operations, queries
from governance.people.blueprint import blueprint
from governance.people.forms import FACTS, LinkForm, MergeForm, OtherForm
from governance.people.routes import Page
from governance.visitor import load, visitor
from models.base import today
from models.people import Person
from models.permissions import Permission
from models.vocabulary import Vocabulary


def _loaded(identity: uuid.UUID) -> Person:
    return load(Person, identity, Permission.PEOPLE_EDIT, queries.whole())


def _back(person: Person, message: str) -> Response:
    flash(message, "success")
    return redirect(url_for("people.show", identity=person.id), 303)


@blueprint.route("/<uuid:identity>/compte", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
def link(identity: uuid.UUID) -> Page:
    """Say which account is hers; those with her address or her name are proposed."""
    person, form = _loaded(identity), LinkForm()
    if not form.sent() or not apply(form, lambda: operations.link(person, form.login.data)):
        page = render_template("people/link.html", person=person, form=form, likely=queries.likely_accounts(person))
        return page, (422 if form.is_submitted() else 200)
    return _back(person, _("Le compte %(login)s est rattaché.", login=form.login.data))


@blueprint.post("/<uuid:identity>/compte/detacher")
@requires(Permission.PEOPLE_EDIT)
def unlink(identity: uuid.UUID) -> Page:
    """Say that the account is not hers; the account itself stays as it is."""
    person = _loaded(identity)
    if Form().sent():
        person.user = None
    return _back(person, _("Le compte est détaché de la fiche."))


@blueprint.get("/<uuid:identity>/fusionner")
@requires(Permission.PEOPLE_EDIT)
def compare(identity: uuid.UUID) -> Page:
    """Find the other record of the same human, then see both side by side."""
    person = _loaded(identity)
    form, found = OtherForm(request.args), []
    other = _other(request.args.get("avec"), person)
    if other is not None:
        return _comparison(person, other, MergeForm(other=other.id))
    if "other" in request.args:
        valid = form.validate() and apply(
            form, lambda: found.append(operations.the_one(person.establishment_id, form.other.data, "other"))
        )
        if valid and apply(form, lambda: merging.check(person, found[0])):
            return redirect(url_for("people.compare", identity=identity, avec=found[0].id))
    page = render_template("people/doubles.html", person=person, form=form, doubles=queries.likely_doubles(person))
    return page, (422 if form.errors or form.form_errors else 200)


def _other(typed: str | None, person: Person) -> Person | None:
    known = queries.identity(typed)
    return _loaded(known) if known and known != person.id else None


@blueprint.post("/<uuid:identity>/fusionner")
@requires(Permission.PEOPLE_EDIT)
def merge(identity: uuid.UUID) -> Page:
    """Merge the other record into this one, as they were compared."""
    person, form, done = _loaded(identity), MergeForm(), []
    other = _other(form.other.data, person)
    if other is None:
        flash(_("Choisissez d’abord l’autre fiche de la même personne."), "warning")
        return redirect(url_for("people.compare", identity=identity), 303)
    if form.revisions.data != _revisions(person, other):
        form.form_errors.append(_("L’une des fiches a changé entre-temps : relisez-les, puis confirmez."))
        return _comparison(person, other, form), 409
    if not form.sent() or not apply(form, lambda: done.append(merging.merge(person, other))):
        session.rollback()
        return _comparison(_loaded(identity), _loaded(other.id), form), 422
    return _back(person, _("Les deux fiches n’en font plus qu’une."))


def _revisions(person: Person, other: Person) -> str:
    return f"{person.revision}-{other.revision}"


def _comparison(person: Person, other: Person, form: MergeForm) -> str:
    form.revisions.data = _revisions(person, other)
    return render_template(
        "people/merge.html",
        person=person,
        other=other,
        form=form,
        rows=[
            (info["label"], _shown(person, name), _shown(other, name), name in merging.TAKEN_OVER)
            for name in (*FACTS, "manager_id", "left_on", "user_id")
            for info in [Person.__table__.c[name].info]
        ],
        moving=merging.references(person, other),
    )


def _shown(person: Person, name: str) -> Any:
    value = getattr(person, name)
    if isinstance(value, dt.date):
        return day(value)
    return _(value.label) if isinstance(value, Vocabulary) else person.told(name)


@blueprint.get("/societes")
@requires(Permission.PEOPLE_READ)
def companies() -> str:
    """The companies of contractors and suppliers, with the ends of their people's contracts."""
    who = visitor()
    page = paged(
        queries.companies(who, request.args), queries.COMPANY_SORTS, "nom", queries.company_details(who, today())
    )
    return render_template("people/companies.html", page=page, columns=columns.COLUMNS)
