"""The doors of an application's assessments: history, the questionnaire, validation, and what differs between two."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from exports.sentences import sentences
from governance.database import session
from governance.doors import requires
from governance.editing import is_overtaken
from governance.inventory import assessing, queries, questionnaire
from governance.inventory.blueprint import blueprint
from governance.inventory.questionnaire import AssessmentForm
from governance.terms import terms
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.inventory.application import Application
from models.inventory.assessment import Assessment
from models.inventory.passwords import PULL_APART
from models.inventory.words import Theme
from models.permissions import Permission
from models.rules import RuleBroken
from models.versions import differences


@blueprint.get("/criteres")
@requires(Permission.INVENTORY_READ)
def criteria() -> str:
    """The criteria of the grid: what makes each answer, its source and how sure it is."""
    return render_template("inventory/criteria.html", criteria=queries.criteria().values(), themes=Theme)


@blueprint.get("/<uuid:identity>/audits")
@requires(Permission.INVENTORY_READ)
def assessments(identity: uuid.UUID) -> str:
    """The assessments of an application, latest first."""
    application = load(Application, identity, Permission.INVENTORY_READ)
    found = queries.assessments(application)
    last = found[0] if found else None
    return render_template("inventory/assessments.html", application=application, assessments=found, last=last)


@blueprint.post("/<uuid:identity>/audits")
@requires(Permission.INVENTORY_ASSESS)
def begin_assessment(identity: uuid.UUID) -> Response | tuple[str, int]:
    """A new assessment, which starts from the last."""
    application = load(Application, identity, Permission.INVENTORY_ASSESS)
    try:
        made = assessing.begin(visitor(), application)
    except RuleBroken as broken:
        return render_template("inventory/refused.html", application=application, reason=_(broken.message)), 422
    flash(_("Audit n° %(number)s commencé.", number=made.number), "success")
    return redirect(url_for("inventory.assessment", identity=made.id), 303)


@blueprint.get("/audits/<uuid:identity>")
@requires(Permission.INVENTORY_READ)
def assessment(identity: uuid.UUID) -> str:
    """One assessment: to read, or to fill in while it is a draft."""
    found = load(Assessment, identity, Permission.INVENTORY_READ, Assessment.whole())
    if found.is_validated or not visitor().may(Permission.INVENTORY_ASSESS, found):
        return render_template("inventory/assessment.html", **_reading(found))
    return _edit_page(found, questionnaire.form_of(found))


def _reading(found: Assessment) -> dict[str, Any]:
    return {
        "assessment": found,
        "application": found.application,
        "criteria": queries.criteria(),
        "themes": Theme,
        "answers": found.by_criterion(),
        "computed": found.computed(),
        "strength": found.strength,
        "pull_apart": PULL_APART,
        "pieces": shelf(found),
    }


def _edit_page(found: Assessment, form: AssessmentForm, conflict: Any = None) -> str:
    rows = {entry.form.criterion.data: entry for entry in form.answers.entries}
    return render_template("inventory/edit_assessment.html", form=form, rows=rows, conflict=conflict, **_reading(found))


@blueprint.post("/audits/<uuid:identity>")
@requires(Permission.INVENTORY_ASSESS)
def save_assessment(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep a draft as typed; two auditors at once both keep what they typed."""
    found, form = load(Assessment, identity, Permission.INVENTORY_ASSESS, Assessment.whole()), AssessmentForm()
    if found.is_validated:
        return _refused(found, _("Cet audit est validé : il ne se modifie plus. Commencez-en un nouveau."))
    if not form.sent():
        return _edit_page(found, form), 422
    if is_overtaken(form, found):
        return _conflict_page(found, form)
    try:
        assessing.save(visitor(), found, form)
        session.flush()
    except StaleDataError:
        session.rollback()
        return _conflict_page(load(Assessment, identity, Permission.INVENTORY_ASSESS, Assessment.whole()), form)
    flash(_("Audit n° %(number)s enregistré.", number=found.number), "success")
    return redirect(url_for("inventory.assessment", identity=found.id), 303)


def _conflict_page(found: Assessment, form: AssessmentForm) -> tuple[str, int]:
    """Somebody saved meanwhile: keep what was typed, and say how the saved assessment differs from it."""
    kept = found.state()
    with session.no_autoflush:
        questionnaire.fill(found, form)
        typed = found.state()
    session.rollback()
    found = load(Assessment, found.id, Permission.INVENTORY_ASSESS, Assessment.whole())
    form.revision.data = str(found.revision)
    conflict = {
        "by": found.updated_by,
        "at": found.updated_at,
        "differences": sentences(differences(kept, typed), "assessment", terms(), kept, typed),
    }
    return _edit_page(found, form, conflict), 409


@blueprint.post("/audits/<uuid:identity>/valider")
@requires(Permission.INVENTORY_ASSESS)
def validate_assessment(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Freeze the assessment as it was read: it becomes the current one."""
    found = load(Assessment, identity, Permission.INVENTORY_ASSESS, Assessment.whole())
    if request.form.get("revision") != str(found.revision):
        return _refused(found, _("L’audit a changé depuis que vous l’avez ouvert : relisez-le avant de valider."), 409)
    try:
        closed = assessing.validate(visitor(), found)
    except RuleBroken as broken:
        return _refused(found, _(broken.message))
    flash(_("Audit n° %(number)s validé.", number=found.number), "success")
    if closed:
        flash(_("Les critères principaux sont atteints : la décision en cours est close."), "success")
    return redirect(url_for("inventory.assessment", identity=found.id), 303)


@blueprint.post("/audits/<uuid:identity>/abandonner")
@requires(Permission.INVENTORY_ASSESS)
def drop_assessment(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Throw a draft away; the journal keeps that it was there."""
    found = load(Assessment, identity, Permission.INVENTORY_ASSESS, Assessment.whole())
    if found.is_validated:
        return _refused(found, _("Cet audit est validé : il reste."))
    application_id = found.application_id
    session.delete(found)
    flash(_("L’audit en cours est abandonné."), "success")
    return redirect(url_for("inventory.assessments", identity=application_id), 303)


def _refused(found: Assessment, reason: str, status: int = 422) -> tuple[str, int]:
    return render_template(
        "inventory/refused.html", application=found.application, assessment=found, reason=reason
    ), status


@blueprint.get("/<uuid:identity>/audits/comparer")
@requires(Permission.INVENTORY_READ)
def compare(identity: uuid.UUID) -> str:
    """What differs between two assessments of an application (`?de=1&a=2`)."""
    application = load(Application, identity, Permission.INVENTORY_READ)
    found = {str(one.number): one for one in queries.assessments(application)}
    before, after = found.get(request.args.get("de", "")), found.get(request.args.get("a", ""))
    changes = None
    if before and after:
        states = before.state(), after.state()
        changes = sentences(differences(*states), "assessment", terms(), *states)
    return render_template(
        "inventory/compare.html",
        application=application,
        numbers=list(found),
        before=before,
        after=after,
        changes=changes,
    )
