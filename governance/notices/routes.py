"""The notices' main doors: the list, a notice, its making, its text with the trace to the register."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance.doors import requires
from governance.forms import apply
from governance.lists import paged
from governance.notices import making, operations, queries
from governance.notices.blueprint import blueprint
from governance.notices.fields import keep
from governance.notices.forms import PREFIX, NewForm, NoticeFormBase, notice_form
from governance.places import home
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.notices.content import formal
from models.notices.notice import PatientNotice
from models.notices.words import Audience, NoticeStatus, Support
from models.permissions import Permission

READ, EDIT = Permission.NOTICES_READ, Permission.NOTICES_EDIT
Page = str | tuple[str, int] | Response


@blueprint.get("/")
@requires(READ)
def index() -> str:
    """The list: filtered, sorted and paged by the address."""
    stale = queries.to_revise(visitor())
    page = paged(queries.listed(visitor(), request.args), queries.SORTS, "titre", details=queries.lines)
    return render_template(
        "notices/index.html",
        page=page,
        stale=stale,
        statuses=NoticeStatus,
        audiences=Audience,
        to_revise=queries.TO_REVISE,
    )


def load_notice(identity: uuid.UUID, permission: Permission) -> PatientNotice:
    """A notice with its blanks and picks, if she may do `permission` to it."""
    return load(PatientNotice, identity, permission, PatientNotice.whole())


@blueprint.get("/<uuid:identity>")
@requires(READ)
def show(identity: uuid.UUID) -> str:
    """One notice: what it still lacks, its text to come, its versions."""
    notice = load_notice(identity, READ)
    made = making.make(notice)
    return render_template(
        "notices/show.html",
        notice=notice,
        made=made,
        lengths=making.lengths(made.content),
        formal=formal(made.content),
        versions=making.versions(notice),
        stale=notice.id in queries.to_revise(visitor()),
        address=making.public_address(notice.slug),
        supports=Support,
        pieces=shelf(notice),
    )


@blueprint.get("/<uuid:identity>/trace")
@requires(READ)
def trace(identity: uuid.UUID) -> str:
    """The text to come, each statement beside what it rests on."""
    notice = load_notice(identity, READ)
    return render_template("notices/trace.html", notice=notice, content=making.make(notice).content, version=None)


@blueprint.get("/nouvelle")
@requires(EDIT)
def start() -> str:
    """The first lines of a notice."""
    place = home(EDIT)
    advised = queries.advised(place.id) if place else []
    title = _("Vos données de santé et vos droits")
    return _start_page(NewForm(title=title, audience=Audience.ADULT, activities=[str(one) for one in advised]))


@blueprint.post("/nouvelle")
@requires(EDIT)
def create() -> Page:
    """A notice in preparation for what was chosen."""
    form, place, made = NewForm(), home(EDIT), []
    ready = form.sent()
    if place is None:
        form.form_errors.append(_("Choisissez l’établissement de la notice."))
    if not ready or place is None or not apply(form, lambda: made.append(operations.begin(visitor(), place.id, form))):
        return _start_page(form), 422
    flash(_("La notice « %(title)s » est en préparation.", title=made[0].title), "success")
    return redirect(url_for("notices.show", identity=made[0].id), 303)


def _start_page(form: NewForm) -> str:
    place = home(EDIT)
    form.activities.offered = queries.choices(place.id, form.activities.identities()) if place else []
    if form.activities.errors and not form.activities.offered:
        form.form_errors += form.activities.errors
        form.activities.errors = []
    return render_template("notices/create.html", form=form, home=place, places=visitor().places(EDIT))


@blueprint.get("/<uuid:identity>/modifier")
@requires(EDIT)
def edit(identity: uuid.UUID) -> str:
    """The form of a notice: its title, its activities, its blanks."""
    notice = load_notice(identity, EDIT)
    values: dict[str, Any] = {PREFIX + name: value for name, value in notice.values().items()}
    form = notice_form(
        title=notice.title,
        notes=notice.notes,
        activities=[str(pick.activity_id) for pick in notice.picks],
        revision=str(notice.revision),
        **values,
    )
    return _edit_page(notice, form)


@blueprint.post("/<uuid:identity>/modifier")
@requires(EDIT)
def save(identity: uuid.UUID) -> Page:
    """Keep a notice as typed, unless a colleague saved it meanwhile."""
    notice, form = load_notice(identity, EDIT), notice_form()
    status = keep(form, notice, lambda: operations.fill(visitor(), notice, form))
    if status != 303:
        return _edit_page(load_notice(identity, EDIT), form, conflict=status == 409), status
    flash(_("La notice est enregistrée."), "success")
    return redirect(url_for("notices.show", identity=notice.id), 303)


def _edit_page(notice: PatientNotice, form: NoticeFormBase, *, conflict: bool = False) -> str:
    named = [*form.activities.identities(), *(pick.activity_id for pick in notice.picks)]
    form.activities.offered = queries.choices(notice.establishment_id, named)
    return render_template("notices/edit.html", notice=notice, form=form, conflict=conflict, prefix=PREFIX)


@blueprint.get("/couverture")
@requires(READ)
def coverage() -> str:
    """The activities that concern patients and of which no notice in force tells."""
    return render_template("notices/coverage.html", page=queries.coverage(visitor()), counts=queries.counted(visitor()))
