"""The doors of the interviews by which the managers' major risks are gathered (HOP'EN P2.4-O4-A1)."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.editing import Edit
from governance.risks import parts, queries
from governance.risks.blueprint import blueprint
from governance.risks.forms import InterviewForm
from governance.visitor import load, visitor
from models.base import today
from models.permissions import Permission
from models.risks.analysis import Analysis
from models.risks.parts import Interview
from models.risks.scenario import Scenario


class InterviewEdit(Edit):
    """The form of an interview, new or not."""

    FIELDS = ("name", "function", "department_id", "held_on", "led_by", "summary")

    def form(self) -> InterviewForm:
        return InterviewForm(self.record.analysis.establishment_id, data=self.saved())

    def saved(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in self.FIELDS}

    def fill(self, form: Any) -> None:
        """Raises RuleBroken for a day still to come."""
        with session.no_autoflush:
            for name in self.FIELDS:
                setattr(self.record, name, form[name].data)
            self.record.check(today())


@blueprint.get("/<uuid:identity>/entretiens")
@requires(Permission.RISKS_READ)
def interviews(identity: uuid.UUID) -> str:
    """Whom one met for this analysis, when, and what was said."""
    analysis = load(Analysis, identity, Permission.RISKS_READ)
    return render_template(
        "risks/interviews.html",
        analysis=analysis,
        interviews=queries.interviews(analysis),
        told=queries.told(analysis),
        may_edit=analysis.is_draft and visitor().may(Permission.RISKS_EDIT, analysis),
    )


@blueprint.get("/<uuid:identity>/entretiens/nouveau")
@requires(Permission.RISKS_EDIT)
def start_interview(identity: uuid.UUID) -> str:
    """A new interview."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    return _page(analysis, None, InterviewForm(analysis.establishment_id, held_on=today(), led_by=visitor().name))


@blueprint.post("/<uuid:identity>/entretiens/nouveau")
@requires(Permission.RISKS_EDIT)
def create_interview(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Record an interview."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    edit = InterviewEdit(Interview(id=uuid.uuid4(), analysis=analysis, analysis_id=analysis.id))
    form = edit.form()
    if not parts.create(edit, form):
        return _page(load(Analysis, identity, Permission.RISKS_EDIT), None, form), 422
    flash(_("Entretien enregistré."), "success")
    return redirect(url_for("risks.interviews", identity=identity), 303)


def _edit(identity: uuid.UUID) -> InterviewEdit:
    return InterviewEdit(parts.editable(Interview, identity))


@blueprint.get("/entretiens/<uuid:identity>/modifier")
@requires(Permission.RISKS_EDIT)
def edit_interview(identity: uuid.UUID) -> str:
    """The form of an interview."""
    edit = _edit(identity)
    return _page(edit.record.analysis, edit.record, edit.fresh())


@blueprint.post("/entretiens/<uuid:identity>/modifier")
@requires(Permission.RISKS_EDIT)
def save_interview(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep an interview as typed; it never overwrites a colleague's unseen."""
    form = _edit(identity).form()
    status, conflict = parts.save(lambda: _edit(identity), form)
    one = _edit(identity).record
    if status != 303:
        return _page(one.analysis, one, form, conflict), status
    flash(_("Entretien enregistré."), "success")
    return redirect(url_for("risks.interviews", identity=one.analysis_id), 303)


@blueprint.post("/entretiens/<uuid:identity>/retirer")
@requires(Permission.RISKS_EDIT)
def remove_interview(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Take an interview out of the analysis; scenarios stay, without it."""
    return parts.remove(_edit(identity).record, "risks.interviews", _untie)


def _untie(interview: Interview) -> None:
    for scenario in session.scalars(select(Scenario).where(Scenario.interview_id == interview.id)):
        scenario.interview = None


def _page(analysis: Analysis, one: Interview | None, form: Any, conflict: Any = None) -> str:
    return render_template("risks/edit_interview.html", analysis=analysis, interview=one, form=form, conflict=conflict)
