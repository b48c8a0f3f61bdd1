"""The doors of an analysis's life: the management's validation, the next one, and a draft thrown away."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.editing import is_overtaken
from governance.forms import apply
from governance.risks import figures, freezing, queries, starting
from governance.risks.blueprint import blueprint
from governance.risks.forms import ApproveForm
from governance.risks.scenarios import refusal
from governance.visitor import load, visitor
from models.base import today
from models.evidence import Attachment
from models.permissions import Permission
from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from models.rules import RuleBroken
from models.versions import Version


@blueprint.get("/<uuid:identity>/valider")
@requires(Permission.RISKS_VALIDATE)
def before_approval(identity: uuid.UUID) -> str:
    """What is left to settle, and who validates for the management."""
    analysis = load(Analysis, identity, Permission.RISKS_VALIDATE)
    name = analysis.establishment.legal_representative
    review = freezing.next_review(today())
    form = ApproveForm(approved_by=name, approved_on=today(), review_on=review, revision=analysis.revision)
    return _page(analysis, form)


@blueprint.post("/<uuid:identity>/valider")
@requires(Permission.RISKS_VALIDATE)
def approve(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Freeze the analysis as it is; it is refused while a high risk has no answer."""
    analysis, form = load(Analysis, identity, Permission.RISKS_VALIDATE), ApproveForm()
    if not form.sent():
        return _page(analysis, form), 422
    if is_overtaken(form, analysis):
        form.form_errors.append(_("Le cadre de l’analyse a changé depuis que vous l’avez ouvert : relisez-le."))
        return _page(analysis, form), 409
    if not apply(form, lambda: freezing.approve(visitor(), analysis, form)):
        session.rollback()
        return _page(load(Analysis, identity, Permission.RISKS_VALIDATE), form), 422
    flash(_("Analyse %(reference)s validée.", reference=analysis.reference), "success")
    return redirect(url_for("risks.show", identity=identity), 303)


def _page(analysis: Analysis, form: Any) -> str:
    return render_template(
        "risks/approve.html", analysis=analysis, form=form, counts=figures.questions(analysis, analysis.scale, today()),
        unseen=queries.bare_count(analysis),
    )  # fmt: skip


@blueprint.get("/<uuid:identity>/valide")
@requires(Permission.RISKS_READ)
def approved(identity: uuid.UUID) -> str:
    """What was validated, as it was kept, with its digest."""
    analysis = load(Analysis, identity, Permission.RISKS_READ)
    version = session.scalars(Version.of(analysis).limit(1)).one_or_none()
    return render_template("risks/approved.html", analysis=analysis, version=version, scale=analysis.scale)


@blueprint.post("/<uuid:identity>/suivante")
@requires(Permission.RISKS_EDIT)
def begin_next(identity: uuid.UUID) -> Response | tuple[str, int]:
    """The next analysis, which takes over all that this one holds."""
    past = load(Analysis, identity, Permission.RISKS_EDIT)
    made = starting.successor(visitor(), past)
    flash(_("Analyse %(reference)s commencée à partir de %(past)s.", reference=made.reference, past=past.reference),
          "success")  # fmt: skip
    return redirect(url_for("risks.show", identity=made.id), 303)


@blueprint.get("/<uuid:identity>/abandonner")
@requires(Permission.RISKS_EDIT)
def before_dropping(identity: uuid.UUID) -> str:
    """Ask before a draft is thrown away."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    count = session.scalar(select(func.count()).select_from(Scenario).where(Scenario.analysis_id == analysis.id))
    return render_template("risks/drop.html", analysis=analysis, count=count)


@blueprint.post("/<uuid:identity>/abandonner")
@requires(Permission.RISKS_EDIT)
def drop(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Throw a draft away with all that it holds; the journal keeps that it was there."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    try:
        analysis.check_open()
        if session.scalar(select(func.count()).select_from(Attachment.of(analysis).subquery())):
            raise RuleBroken("", _("Retirez d’abord les pièces jointes à cette analyse."))
        freezing.throw_away(analysis)
    except (RuleBroken, StaleDataError) as broken:
        session.rollback()
        back = url_for("risks.show", identity=identity)
        return render_template("risks/refused_many.html", back=back, reason=refusal(broken)), 422
    flash(_("L’analyse en cours est abandonnée."), "success")
    return redirect(url_for("risks.index"), 303)
