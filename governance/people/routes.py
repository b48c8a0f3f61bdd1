"""The directory's main doors: the list, a record, its making and its editing."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from exports.sentences import sentences
from governance import places
from governance.database import session
from governance.doors import requires
from governance.forms import apply
from governance.lists import columns_chosen, paged
from governance.people import columns, operations, queries
from governance.people.answers import answers
from governance.people.blueprint import blueprint
from governance.people.forms import DepartureForm, PersonForm, ReturnForm, person_form
from governance.terms import terms
from governance.visitor import load, visitor
from models.base import today
from models.journal import Entry
from models.people import YEARS_KEPT, DepartureReason, Person, PersonKind
from models.permissions import Permission

LAID_OUT = (
    "given_name", "family_name", "kind", "function_title", "department_id", "manager", "company", "employee_number",
    "email", "phone", "arrived_on", "contract_ends_on",
)  # fmt: skip
"""The fields of the form, two by two."""

Page = str | tuple[str, int] | Response


@blueprint.get("/")
@requires(Permission.PEOPLE_READ)
def index() -> str:
    """The list: filtered, sorted and paged by the address."""
    who, chosen = visitor(), columns_chosen(columns.COLUMNS, columns.USUAL)
    page = paged(queries.listed(who, request.args, today()), queries.SORTS, "nom", details=queries.details)
    return render_template(
        "people/index.html",
        page=page,
        today=today(),
        columns=chosen,
        all_columns=columns.COLUMNS,
        shown=queries.SHOWN,
        asked=queries.asked(request.args),
        kinds=PersonKind,
        reasons=DepartureReason,
        departments=places.department_choices(Permission.PEOPLE_READ),
        to_close=queries.count(queries.accounts_to_close(who, today())) if closes_accounts() else None,
    )


def closes_accounts() -> bool:
    """Whether she closes the accounts of those who left."""
    return visitor().may(Permission.ACCOUNTS_MANAGE)


@blueprint.get("/<uuid:identity>")
@requires(Permission.PEOPLE_READ)
def show(identity: uuid.UUID) -> Page:
    """One person; a record merged into another leads to the one that stays."""
    person = load(Person, identity, Permission.PEOPLE_READ, queries.whole())
    if person.merged_into_id:
        flash(_("Cette fiche a été fusionnée avec celle-ci."), "info")
        return redirect(url_for("people.show", identity=person.merged_into_id))
    return show_page(person)


def show_page(person: Person, **forms: Any) -> str:
    """The page of a person, with the forms that a refusal sends back."""
    who = visitor()
    keeps = who.may(Permission.PEOPLE_EDIT, person)
    told = []
    if keeps or who.may(Permission.JOURNAL_READ, person):
        entries = session.scalars(Entry.about(person).limit(50)).all()
        told = [(entry, sentences(entry.changes, "person", terms())) for entry in entries]
    leaving = DepartureForm(left_on=today(), departure_reason=DepartureReason.CONTRACT_ENDED)
    values: dict[str, Any] = {
        "person": person,
        "today": today(),
        "keeps": keeps,
        "told": told,
        "charters": answers(person),
        "team": queries.team_size(person, today()),
        "likely": queries.likely_accounts(person) if keeps and person.user_id is None else [],
        "doubles": queries.likely_doubles(person) if keeps else [],
        "years_kept": YEARS_KEPT,
        "departure": leaving,
        "coming_back": ReturnForm(arrived_on=today()),
        "closes": closes_accounts(),
        "problem": [],
        **forms,
    }
    unseen = values["departure"] if person.left_on else values["coming_back"]
    values["problem"] += [error for errors in unseen.errors.values() for error in errors]
    return render_template("people/show.html", **values)


@blueprint.route("/nouvelle", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
def create() -> Page:
    """One more person in the directory of an establishment."""
    home = queries.home()
    if home is None:
        page = render_template("people/place.html", places=visitor().places(Permission.PEOPLE_EDIT))
        return page, (422 if request.method == "POST" else 200)
    form, done = person_form(home.id), []
    if not form.sent() or not apply(form, lambda: done.append(operations.enter(home.id, form))):
        return _form_page(form, home.id, home=home), (422 if form.is_submitted() else 200)
    flash(_("%(name)s est dans l’annuaire.", name=done[0].name), "success")
    return redirect(url_for("people.show", identity=done[0].id), 303)


@blueprint.get("/<uuid:identity>/modifier")
@requires(Permission.PEOPLE_EDIT)
def edit(identity: uuid.UUID) -> str:
    """The form of a record."""
    person = _editable(identity)
    form = person_form(person.establishment_id, obj=person)
    form.manager.data = queries.reference(person.manager)
    return _form_page(form, person.establishment_id, person=person)


@blueprint.post("/<uuid:identity>/modifier")
@requires(Permission.PEOPLE_EDIT)
def save(identity: uuid.UUID) -> Page:
    """Keep a record as typed; it never overwrites a colleague unseen."""
    person = _editable(identity)
    form = person_form(person.establishment_id)
    stale = form.revision.data != str(person.revision)
    if not form.sent() or not apply(form, lambda: operations.correct(person, form)):
        return _refused(identity, form)
    if stale:
        return _conflict(identity, form)
    try:
        session.flush()
    except StaleDataError:
        session.rollback()
        return _conflict(identity, form)
    flash(_("La fiche de %(name)s est enregistrée.", name=person.name), "success")
    return redirect(url_for("people.show", identity=identity), 303)


def _editable(identity: uuid.UUID) -> Person:
    return load(Person, identity, Permission.PEOPLE_EDIT, queries.whole())


def _refused(identity: uuid.UUID, form: PersonForm) -> tuple[str, int]:
    """What was typed cannot be kept: the record is read again as it is, the form stays as typed."""
    session.rollback()
    person = _editable(identity)
    return _form_page(form, person.establishment_id, person=person), 422


def _conflict(identity: uuid.UUID, form: PersonForm) -> tuple[str, int]:
    """Somebody saved meanwhile: her text is kept, with how the saved record differs from it."""
    session.rollback()
    person = _editable(identity)
    names = [name for name in Person.journal_fields() if name in form]
    kept = {name: person.told(name) for name in names}
    with session.no_autoflush:
        apply(form, lambda: operations.fill(person, form))
        typed = {name: person.told(name) for name in names}
    session.rollback()
    person = _editable(identity)
    changes = [
        {"part": None, "field": Person.told_as(name), "before": kept[name], "after": typed[name]}
        for name in names
        if kept[name] != typed[name]
    ]
    last = session.scalars(Entry.about(person).limit(1)).first()
    form.revision.data = str(person.revision)
    conflict = {"last": last, "differences": sentences(changes, "person", terms())}
    return _form_page(form, person.establishment_id, person=person, conflict=conflict), 409


def _form_page(form: PersonForm, establishment_id: uuid.UUID, **more: Any) -> str:
    return render_template(
        "people/edit.html",
        form=form,
        fields=LAID_OUT,
        companies=queries.companies_of(establishment_id),
        managers=queries.managers_of(establishment_id),
        **{"person": None, "home": None, "conflict": None, **more},
    )
