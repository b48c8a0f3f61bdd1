"""The inventory's main doors: the list, an application, its making and its editing."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from exports.sentences import sentences
from governance.database import session
from governance.doors import requires
from governance.editing import is_overtaken
from governance.forms import apply
from governance.inventory import columns, operations, queries
from governance.inventory.blueprint import blueprint
from governance.inventory.forms import NewForm, SectionForm
from governance.inventory.sections import BY_SLUG, SECTIONS, Section, facts
from governance.lists import columns_chosen, paged
from governance.protection import protection_of_application
from governance.terms import terms
from governance.uploads import shelf
from governance.views import saved_views
from governance.visitor import load, visitor
from models.base import today
from models.inventory.application import Application
from models.inventory.indicators import titles
from models.inventory.words import Criticality, Domain, Hosting, Status
from models.journal import Entry
from models.permissions import Permission
from models.versions import differences


@blueprint.get("/")
@requires(Permission.INVENTORY_READ)
def index() -> str:
    """The list: filtered, sorted and paged by the address."""
    chosen = columns_chosen(columns.COLUMNS, columns.USUAL)
    page = paged(
        queries.listed(visitor(), request.args, today()),
        queries.SORTS,
        "reference",
        details=lambda found: columns.lines(found, chosen),
        watched=visitor().places_here(Permission.INVENTORY_READ),
    )
    return render_template(
        "inventory/index.html",
        page=page,
        columns=chosen,
        all_columns=columns.COLUMNS,
        questions=titles(),
        statuses=Status,
        choices=[(_("Domaine"), "domaine", Domain), (_("Criticité"), "criticite", Criticality),
                 (_("Hébergement"), "hebergement", Hosting)],
        departments=queries.department_choices(),
        vendors=queries.vendor_choices(),
        place_choices=queries.place_choices(),
        views=saved_views("inventory"),
    )  # fmt: skip


@blueprint.get("/<uuid:identity>")
@requires(Permission.INVENTORY_READ)
def show(identity: uuid.UUID) -> str:
    """One application, whole."""
    application = load(Application, identity, Permission.INVENTORY_READ, Application.whole())
    state, known = application.state(), terms()
    return render_template(
        "inventory/show.html",
        application=application,
        sections=[(section, list(facts(state, section, known))) for section in SECTIONS],
        links=[link.activity for link in application.activity_links],
        pieces=shelf(application),
        protection=protection_of_application(application),
        **_standing(application),
    )


def _standing(application: Application) -> dict[str, Any]:
    """Where the application stands: its current assessment, and what is exchanged and decided about it."""
    return {
        "current": queries.current_assessment(application.id),
        "last": queries.last_assessment(application.id),
        "today": today(),
    }


@blueprint.get("/<uuid:identity>/historique")
@requires(Permission.INVENTORY_READ)
def history(identity: uuid.UUID) -> str:
    """What the journal tells of an application."""
    application = load(Application, identity, Permission.INVENTORY_READ)
    entries = session.scalars(Entry.about(application).limit(200)).all()
    told = [(entry, sentences(entry.changes, "application", terms())) for entry in entries]
    return render_template("inventory/history.html", application=application, told=told)


@blueprint.get("/nouvelle")
@requires(Permission.INVENTORY_EDIT)
def start() -> str:
    """The first lines of a new application."""
    return _create_page(NewForm())


@blueprint.post("/nouvelle")
@requires(Permission.INVENTORY_EDIT)
def create() -> Response | tuple[str, int]:
    """Put an application in the inventory of one establishment."""
    form, home = NewForm(), queries.home() or abort(404)
    probe = Application(establishment_id=home.id)
    if not form.sent() or not apply(form, lambda: operations.check(probe, form)):
        return _create_page(form), 422
    made = operations.begin(visitor(), home.id, form)
    flash(_("%(name)s est dans l’inventaire, sous la référence %(reference)s.", name=made.name,
            reference=made.reference), "success")  # fmt: skip
    return redirect(url_for("inventory.show", identity=made.id), 303)


def _create_page(form: NewForm) -> str:
    return render_template(
        "inventory/create.html", form=form, home=queries.home(), places=visitor().places(Permission.INVENTORY_EDIT)
    )


def _editable(identity: uuid.UUID) -> Application:
    return load(Application, identity, Permission.INVENTORY_EDIT, Application.whole())


@blueprint.get("/<uuid:identity>/modifier/<string(maxlength=20):slug>")
@requires(Permission.INVENTORY_EDIT)
def edit(identity: uuid.UUID, slug: str) -> str:
    """The form of one section."""
    section, application = BY_SLUG.get(slug) or abort(404), _editable(identity)
    return _edit_page(application, section, section.form(obj=application))


@blueprint.post("/<uuid:identity>/modifier/<string(maxlength=20):slug>")
@requires(Permission.INVENTORY_EDIT)
def save(identity: uuid.UUID, slug: str) -> Response | str | tuple[str, int]:
    """Keep a section as typed; it never overwrites a colleague's unseen."""
    section, application = BY_SLUG.get(slug) or abort(404), _editable(identity)
    form = section.form()
    if form.rearrange():
        return _edit_page(application, section, form), 422
    if not form.sent() or not apply(form, lambda: operations.check(application, form)):
        session.rollback()
        return _edit_page(_editable(identity), section, form), 422
    if is_overtaken(form, application):
        return _conflict_page(application, section, form)
    try:
        operations.save(visitor(), application, form)
        session.flush()
    except StaleDataError:
        session.rollback()
        return _conflict_page(_editable(identity), section, form)
    flash(_("Section « %(title)s » enregistrée.", title=_(section.title)), "success")
    return redirect(_after_saving(application, section), 303)


def _after_saving(application: Application, section: Section) -> str:
    """The next section when she asked for it, else the application."""
    if request.form.get("puis") == "suivante" and section is not SECTIONS[-1]:
        following = SECTIONS[SECTIONS.index(section) + 1]
        return url_for("inventory.edit", identity=application.id, slug=following.slug)
    return url_for("inventory.show", identity=application.id) + f"#{section.slug}"


def _edit_page(application: Application, section: Section, form: SectionForm, conflict: Any = None) -> str:
    return render_template(
        "inventory/edit.html",
        application=application,
        section=section,
        form=form,
        sections=SECTIONS,
        conflict=conflict,
    )


def _conflict_page(application: Application, section: Section, form: SectionForm) -> tuple[str, int]:
    """Somebody saved meanwhile: keep what was typed in the form, and say how the saved record differs from it."""
    session.expire(application)
    kept = application.state()
    with session.no_autoflush:
        operations.lay(application, form)
        typed = application.state()
    session.rollback()
    application = _editable(application.id)
    form.revision.data = str(application.revision)
    conflict = {
        "by": application.updated_by,
        "at": application.updated_at,
        "differences": sentences(differences(kept, typed), "application", terms(), kept, typed),
    }
    return _edit_page(application, section, form, conflict=conflict), 409
