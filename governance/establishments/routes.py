"""The doors of the establishments."""

import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.editing import overtaking, seen_by
from governance.establishments import operations, queries
from governance.establishments.forms import (
    ChangedEstablishmentForm,
    DepartmentForm,
    EstablishmentForm,
    GroupForm,
    department_form,
)
from governance.forms import apply
from governance.lists import paged
from governance.visitor import load, refuse, visitor
from models.base import today
from models.establishments import Department, Establishment
from models.permissions import Permission

blueprint = Blueprint("establishments", __name__)

Page = str | tuple[str, int] | Response


@blueprint.get("/")
@requires(Permission.ESTABLISHMENTS_READ)
def index() -> str:
    """The establishments that she may see."""
    page = paged(queries.listed(visitor()), queries.SORTS, "nom", details=queries.details)
    return render_template(
        "establishments/index.html", page=page, group=queries.group(), manages_all=_manages_all(), today=today()
    )


@blueprint.route("/groupement", methods=["GET", "POST"])
@requires(Permission.ESTABLISHMENTS_MANAGE)
def edit_group() -> Page:
    """The name of the group."""
    _whole_group_only()
    group = queries.group()
    if group is None:
        abort(404)
    form = GroupForm(obj=group)
    if not form.sent():
        return render_template("establishments/edit_group.html", form=form), (422 if form.is_submitted() else 200)
    group.name = form.name.data
    flash(_("Le nom du groupement est changé."), "success")
    return redirect(url_for("establishments.index"), 303)


@blueprint.route("/nouveau", methods=["GET", "POST"])
@requires(Permission.ESTABLISHMENTS_MANAGE)
def create() -> Page:
    """One more establishment, for those who administer the whole group."""
    _whole_group_only()
    form, done = EstablishmentForm(), []
    if not form.sent() or not apply(form, lambda: done.append(operations.enter(_facts(form)))):
        return render_template("establishments/create.html", form=form), (422 if form.is_submitted() else 200)
    return _shown(done[0].id, _("L’établissement est créé."))


@blueprint.get("/<uuid:identity>")
@requires(Permission.ESTABLISHMENTS_READ)
def show(identity: uuid.UUID) -> str:
    """One establishment: its coordinates, its DPO, its departments."""
    establishment = load(Establishment, identity, Permission.ESTABLISHMENTS_READ)
    return render_template(
        "establishments/show.html",
        establishment=establishment,
        dpo=establishment.dpo(today()),
        tree=queries.tree(establishment),
    )


@blueprint.route("/<uuid:identity>/modifier", methods=["GET", "POST"])
@requires(Permission.ESTABLISHMENTS_MANAGE)
def edit(identity: uuid.UUID) -> Page:
    """Change its coordinates."""
    establishment = load(Establishment, identity, Permission.ESTABLISHMENTS_MANAGE)
    form, kept = ChangedEstablishmentForm(obj=establishment), EstablishmentForm(formdata=None, obj=establishment)
    conflict, status = None, 422 if form.is_submitted() else 200
    if not form.is_submitted():
        form.seen.data = seen_by(kept)
    elif form.sent():
        conflict = overtaking(establishment, kept, form)
        if conflict:
            status = 409
        elif apply(form, lambda: operations.correct(establishment, _facts(form))):
            return _shown(identity, _("L’établissement est modifié."))
    page = "establishments/edit.html"
    return render_template(page, form=form, establishment=establishment, conflict=conflict), status


@blueprint.route("/<uuid:identity>/services/nouveau", methods=["GET", "POST"])
@requires(Permission.ESTABLISHMENTS_MANAGE)
def create_department(identity: uuid.UUID) -> Page:
    """One more pôle or service."""
    establishment = load(Establishment, identity, Permission.ESTABLISHMENTS_MANAGE)
    form = department_form(identity)
    if not form.sent() or not apply(form, lambda: _arranged(form, Department(establishment_id=identity))):
        page = render_template("establishments/create_department.html", form=form, establishment=establishment)
        return page, (422 if form.is_submitted() else 200)
    return _shown(identity, _("Le service est créé."))


@blueprint.route("/services/<uuid:identity>/modifier", methods=["GET", "POST"])
@requires(Permission.ESTABLISHMENTS_MANAGE)
def edit_department(identity: uuid.UUID) -> Page:
    """Rename or move a pôle or service."""
    department = load(Department, identity, Permission.ESTABLISHMENTS_MANAGE)
    form = department_form(department.establishment_id, obj=department)
    if not form.sent() or not apply(form, lambda: _arranged(form, department)):
        page = render_template("establishments/edit_department.html", form=form, department=department)
        return page, (422 if form.is_submitted() else 200)
    return _shown(department.establishment_id, _("Le service est modifié."))


def _arranged(form: DepartmentForm, department: Department) -> None:
    parent = session.get(Department, form.parent_id.data) if form.parent_id.data else None
    operations.arrange(department, form.name.data, form.kind.data, parent)


def _facts(form: EstablishmentForm) -> dict[str, Any]:
    return {name: value for name, value in form.data.items() if name not in ("csrf_token", "seen")}


def _manages_all() -> bool:
    return visitor().reads_everywhere(Permission.ESTABLISHMENTS_MANAGE)


def _whole_group_only() -> None:
    if not _manages_all():
        refuse()


def _shown(identity: uuid.UUID, message: str) -> Response:
    flash(message, "success")
    return redirect(url_for("establishments.show", identity=identity), 303)
