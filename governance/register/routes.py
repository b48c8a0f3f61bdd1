"""The register's main doors: the list, a record, its making and its editing."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from exports.sentences import sentences
from governance.database import session
from governance.doors import requires
from governance.editing import is_overtaken
from governance.forms import apply, fill
from governance.lists import columns_chosen, paged
from governance.protection import protection_of_activity
from governance.raised import raised
from governance.register import columns, operations, queries
from governance.register.blueprint import blueprint
from governance.register.forms import NewForm, ReasonForm, SectionForm, ValidationForm
from governance.register.sections import BY_KEY, BY_SLUG, SECTIONS, Section, facts, tables
from governance.terms import terms
from governance.uploads import shelf
from governance.views import saved_views
from governance.visitor import load, refuse, visitor
from models.base import today
from models.permissions import Permission
from models.register.activity import Activity
from models.register.catalogue import TypicalProcessing
from models.register.parts import PARTS
from models.register.shown import SHOWN
from models.register.words import Status
from models.versions import differences


@blueprint.get("/")
@requires(Permission.REGISTER_READ)
def index() -> str:
    """The list: filtered, sorted and paged by the address."""
    chosen = columns_chosen(columns.COLUMNS, columns.USUAL)
    page = paged(
        queries.listed(visitor(), request.args, today()),
        queries.SORTS,
        "reference",
        details=lambda found: columns.lines(found, chosen, today()),
        watched=visitor().places_here(Permission.REGISTER_READ),
    )
    return render_template(
        "register/index.html",
        page=page,
        columns=chosen,
        all_columns=columns.COLUMNS,
        shown=SHOWN,
        statuses=Status,
        departments=queries.department_choices(),
        domains=terms().choices("processing_domains"),
        views=saved_views("register"),
    )


@blueprint.get("/<uuid:identity>")
@requires(Permission.REGISTER_READ)
def show(identity: uuid.UUID) -> str:
    """One record, whole, with what it still lacks."""
    activity = load(Activity, identity, Permission.REGISTER_READ, Activity.whole())
    return render_template("register/show.html", activity=activity, **_reading(activity))


def _reading(activity: Activity) -> dict[str, Any]:
    state, known = activity.state(), terms()
    results = queries.check_results(activity)
    sections = [(section, facts(state, section, known), tables(state, section, known)) for section in SECTIONS]
    mendable = may_edit(activity)
    return {
        "sections": sections,
        "checks": [ShownCheck(check, holds, activity.id if mendable else None) for check, holds in results],
        "groups": [ShownGroup(title, holds) for title, holds in queries.group_results(results)],
        "may_edit": mendable,
        "applications": queries.applications_of(activity) if visitor().may(Permission.INVENTORY_READ) else [],
        "protection": protection_of_activity(activity),
        "validation": ValidationForm(review_on=today() + operations.REVIEW_EVERY),
        "archiving": ReasonForm(),
        "today": today(),
        "pieces": shelf(activity),
        "raised": raised(activity),
    }


@dataclass(frozen=True)
class ShownGroup:
    """One of the seven groups of article 30, as the record's page lists it."""

    sentence: str
    holds: bool
    severity: str = "required"
    url: str | None = None


class ShownCheck:
    """A check as the record's page lists it, with the address where to mend it for those who may."""

    def __init__(self, check: Any, holds: bool, activity_id: uuid.UUID | None) -> None:
        self.severity, self.sentence, self.holds, self.source = check.severity, _(check.sentence), holds, check.source
        slug = BY_KEY[check.section].slug
        self.url = url_for("register.edit", identity=activity_id, slug=slug) if activity_id else None


def may_edit(activity: Activity) -> bool:
    """Whether she may change this record: as the one who keeps the register, or as its service's contact. An archived
    one is reopened first."""
    return activity.status is not Status.ARCHIVED and _keeps(activity)


def _keeps(activity: Activity) -> bool:
    who = visitor()
    return who.may(Permission.REGISTER_EDIT, activity) or who.may(Permission.REGISTER_FILL, activity)


@blueprint.get("/nouvelle")
@requires(Permission.REGISTER_EDIT)
def start() -> str:
    """Where a new record comes from: nothing, a typical hospital processing, or a copy."""
    home = queries.home()
    if home is None:
        return render_template("register/place.html", places=visitor().places(Permission.REGISTER_EDIT))
    known = terms()
    domains: dict[str, list[TypicalProcessing]] = {}
    for processing in session.scalars(select(TypicalProcessing).order_by(TypicalProcessing.position)):
        domains.setdefault(known.label("processing_domains", processing.domain), []).append(processing)
    return render_template("register/start.html", domains=domains, form=NewForm(), home=home)


@blueprint.post("/nouvelle")
@requires(Permission.REGISTER_EDIT)
def create() -> Response | tuple[str, int]:
    """A pre-qualified record from what was typed."""
    home, form = queries.home() or abort(404), NewForm()
    given = form.department_id
    if not form.sent() or not apply(form, lambda: operations.check_department(visitor(), home.id, given.data)):
        return render_template("register/create.html", form=form, home=home), 422
    activity = operations.begin(visitor(), home.id, form)
    flash(_("Fiche %(reference)s pré-qualifiée.", reference=activity.reference), "success")
    return redirect(url_for("register.show", identity=activity.id), 303)


@blueprint.post("/nouvelle/modele/<string(maxlength=40):code>")
@requires(Permission.REGISTER_EDIT)
def create_from_typical(code: str) -> Response:
    """A draft filled from a typical hospital processing of the catalogue."""
    home, typical = queries.home() or abort(404), session.get(TypicalProcessing, code) or abort(404)
    activity = operations.begin_from_typical(visitor(), home.id, typical)
    flash(_("Fiche %(reference)s préremplie : relisez chaque section.", reference=activity.reference), "success")
    return redirect(url_for("register.show", identity=activity.id), 303)


@blueprint.post("/<uuid:identity>/copier")
@requires(Permission.REGISTER_EDIT)
def copy(identity: uuid.UUID) -> Response:
    """Another draft with all that this record says."""
    twin = operations.copy(visitor(), load(Activity, identity, Permission.REGISTER_EDIT, Activity.whole()))
    flash(_("Copie créée sous la référence %(reference)s.", reference=twin.reference), "success")
    return redirect(url_for("register.show", identity=twin.id), 303)


def _editable(identity: uuid.UUID) -> Activity:
    activity = load(Activity, identity, Permission.REGISTER_READ, Activity.whole())
    if not _keeps(activity):
        refuse()
    if activity.status is Status.ARCHIVED:
        reason = _("Cette fiche est archivée : rouvrez-la pour la modifier.")
        abort(make_response(render_template("register/refused.html", activity=activity, reason=reason), 422))
    return activity


@blueprint.get("/<uuid:identity>/modifier/<string(maxlength=20):slug>")
@requires(Permission.REGISTER_EDIT, Permission.REGISTER_FILL)
def edit(identity: uuid.UUID, slug: str) -> str:
    """The form of one section."""
    section, activity = BY_SLUG.get(slug) or abort(404), _editable(identity)
    return _edit_page(activity, section, section.form(obj=activity))


@blueprint.post("/<uuid:identity>/modifier/<string(maxlength=20):slug>")
@requires(Permission.REGISTER_EDIT, Permission.REGISTER_FILL)
def save(identity: uuid.UUID, slug: str) -> Response | str | tuple[str, int]:
    """Keep a section as typed; a draft may be incomplete, never wrong, and never overwrites a colleague unseen."""
    section, activity = BY_SLUG.get(slug) or abort(404), _editable(identity)
    form = section.form()
    if form.rearrange():
        return _edit_page(activity, section, form), 422
    if not form.sent() or not apply(form, lambda: operations.check(visitor(), activity, form)):
        return _edit_page(activity, section, form), 422
    if is_overtaken(form, activity):
        return _conflict_page(activity, section, form)
    try:
        operations.save(visitor(), activity, form)
        session.flush()
    except StaleDataError:
        session.rollback()
        return _conflict_page(_editable(identity), section, form)
    flash(_("Section « %(title)s » enregistrée.", title=_(section.title)), "success")
    return redirect(_after_saving(activity, section), 303)


def _after_saving(activity: Activity, section: Section) -> str:
    """The next section when she asked for it, else the record."""
    if request.form.get("puis") == "suivante" and section is not SECTIONS[-1]:
        following = SECTIONS[SECTIONS.index(section) + 1]
        return url_for("register.edit", identity=activity.id, slug=following.slug)
    return url_for("register.show", identity=activity.id) + f"#{section.slug}"


def _edit_page(activity: Activity, section: Section, form: SectionForm, **more: Any) -> str:
    results = queries.check_results(activity)
    return render_template(
        "register/edit.html",
        activity=activity,
        section=section,
        form=form,
        sections=SECTIONS,
        progress=queries.section_progress(results),
        conflict=more.get("conflict"),
    )


def _conflict_page(activity: Activity, section: Section, form: SectionForm) -> tuple[str, int]:
    """Somebody saved meanwhile: show her text kept in the form, and beside it how the saved record differs from it."""
    kept = activity.state()
    with session.no_autoflush:
        fill(activity, form, PARTS)
        typed = activity.state()
    session.rollback()
    activity = _editable(activity.id)
    form.revision.data = str(activity.revision)
    conflict = {
        "by": activity.updated_by,
        "at": activity.updated_at,
        "differences": sentences(differences(kept, typed), "activity", terms(), kept, typed),
    }
    return _edit_page(activity, section, form, conflict=conflict), 409
