"""How tools reach patients: the list of procedures and campaigns; the procedures, each validated and frozen."""

import uuid
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from exports.notices.procedure import paper
from governance.database import session
from governance.doors import requires
from governance.forms import DayField, Form, apply, paragraph, text, word
from governance.lists import paged
from governance.media import MIMETYPES
from governance.notices.blueprint import blueprint
from governance.notices.fields import AboutToolForm, keep
from governance.places import home
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.base import now, today
from models.consulting import GovernanceBody
from models.journal import Verb, tell
from models.notices.campaign import DiffusionCampaign
from models.notices.diffusion import DiffusionProcedure
from models.notices.procedure_rules import common
from models.notices.tool import InformationTool
from models.notices.words import Moment, PatientGroup, ProcedureStatus, ToolState
from models.permissions import Permission
from models.rules import RuleBroken
from models.versions import State, Version, publish
from seed.notices import model

READ, EDIT, VALIDATE = Permission.NOTICES_READ, Permission.NOTICES_EDIT, Permission.NOTICES_VALIDATE
Page = str | tuple[str, int] | Response


class ProcedureForm(AboutToolForm):
    """Who gives what to whom, when and how, and what proves it."""

    population = word(lazy_gettext("Patients concernés"), PatientGroup, required=True)
    moment = word(lazy_gettext("Moment"), Moment, required=True)
    responsible = text(lazy_gettext("Qui diffuse"), required=True)
    instructions = paragraph(lazy_gettext("Ce qu’il faut faire"), limit=8000, required=True, rows=5)
    proof = paragraph(lazy_gettext("Ce qui le prouve"), limit=4000, rows=2)


class ApprovalForm(Form):
    """Which body validated the procedure, and when."""

    body = word(lazy_gettext("Instance"), GovernanceBody, required=True)
    body_name = text(lazy_gettext("Nom de l’instance, si elle n’est pas dans la liste"))
    validated_on = DayField(lazy_gettext("Validée le"), required=True)
    minutes = text(lazy_gettext("Référence du procès-verbal"))


PROCEDURE = ("tool_id", "population", "moment", "responsible", "instructions", "proof")


# Both lists


@blueprint.get("/diffusion")
@requires(READ)
def diffusion() -> str:
    """The procedures, and the campaigns a page at a time."""
    who = visitor()
    here = who.sees(DiffusionProcedure, READ)
    query = select(DiffusionProcedure).options(
        joinedload(DiffusionProcedure.tool), joinedload(DiffusionProcedure.establishment)
    )
    running = select(DiffusionCampaign.id).where(who.sees(DiffusionCampaign, READ))
    sorts = {
        "campagne": DiffusionCampaign.title,
        "debut": DiffusionCampaign.starts_on,
        "fin": DiffusionCampaign.ends_on,
    }
    return render_template(
        "notices/diffusion.html",
        procedures=session.scalars(query.where(here).order_by(DiffusionProcedure.moment, DiffusionProcedure.id)).all(),
        page=paged(running, sorts, "-debut", details=_campaigns),
        uncovered=session.scalars(_uncovered()).all(),
        today=today(),
    )


def _uncovered() -> Any:
    """The tools in use that no validated procedure says how to hand out."""
    validated = exists().where(
        DiffusionProcedure.tool_id == InformationTool.id, DiffusionProcedure.number.is_not(None),
        DiffusionProcedure.status != ProcedureStatus.ENDED,
    )  # fmt: skip
    query = select(InformationTool).where(visitor().sees(InformationTool, READ), ~validated)
    used = InformationTool.state == ToolState.IN_USE
    return query.where(used).options(joinedload(InformationTool.establishment)).order_by(InformationTool.title)


def _campaigns(ids: list[uuid.UUID]) -> dict[uuid.UUID, DiffusionCampaign]:
    query = select(DiffusionCampaign).options(
        joinedload(DiffusionCampaign.tool),
        joinedload(DiffusionCampaign.establishment),
        selectinload(DiffusionCampaign.counts),
    )
    return {one.id: one for one in session.scalars(query.where(DiffusionCampaign.id.in_(ids)))}


# Procedures


@blueprint.get("/procedures/<uuid:identity>")
@requires(READ)
def procedure(identity: uuid.UUID) -> str:
    """One procedure, and the versions that were validated."""
    found = load(DiffusionProcedure, identity, READ)
    return render_template(
        "notices/procedure.html",
        procedure=found,
        versions=session.scalars(Version.of(found)).all(),
        campaigns=session.scalars(_carrying_out(found)).all(),
        pieces=shelf(found),
        model=model()["diffusion_procedure"],
        today=today(),
    )


def _carrying_out(found: DiffusionProcedure) -> Any:
    """The campaigns that carry out a procedure: those of its tool and population, the latest first."""
    here = DiffusionCampaign.tool_id == found.tool_id, DiffusionCampaign.population == found.population
    latest = select(DiffusionCampaign).where(*here).order_by(DiffusionCampaign.starts_on.desc()).limit(12)
    return latest.options(selectinload(DiffusionCampaign.counts))


@blueprint.get("/procedures/<uuid:identity>/document.<any(docx, pdf):ending>")
@requires(READ)
def procedure_document(identity: uuid.UUID, ending: str) -> Response:
    """The procedure as it stands: to be validated it is marked as a draft, validated it is signed."""
    found = load(DiffusionProcedure, identity, READ)
    frozen = session.scalars(Version.of(found).where(Version.number == found.number)).first()
    if frozen is None or found.status is ProcedureStatus.DRAFT:
        return _document(found, found.state(), ending)
    return _document(found, frozen.content, ending, frozen.digest)


@blueprint.get("/procedures/<uuid:identity>/versions/<int:number>/document.<any(docx, pdf):ending>")
@requires(READ)
def procedure_version(identity: uuid.UUID, number: int, ending: str) -> Response:
    """A version as it was validated."""
    found = load(DiffusionProcedure, identity, READ)
    frozen: Any = session.scalars(Version.of(found).where(Version.number == number)).first() or abort(404)
    return _document(found, frozen.content, ending, frozen.digest)


def _document(found: DiffusionProcedure, content: State, ending: str, digest: str = "") -> Response:
    rules = content.get("common") or common(model(), found.establishment, today())
    made = paper(content["fields"], rules, found.establishment, today(), digest)
    written = made.pdf(today()) if ending == "pdf" else made.docx(today())
    name = f"procedure-de-diffusion.{ending}"
    return send_file(BytesIO(written), MIMETYPES[ending], as_attachment=True, download_name=name)


@blueprint.get("/procedures/nouvelle")
@requires(EDIT)
def start_procedure() -> str:
    """The form of a procedure, for a tool when its page asks, filled from a step of the model when one is chosen."""
    place, steps = home(EDIT), {row["code"]: row for row in model()["diffusion_procedure"]["steps"]}
    step = steps.get(request.args.get("etape", ""))
    given: dict[str, Any] = {"population": PatientGroup.ALL}
    if step:
        given |= {"moment": Moment(step["code"]), "responsible": step["responsible_fr"], "proof": step["evidence_fr"],
                  "instructions": step["action_fr"]}  # fmt: skip
    form = ProcedureForm(place.id if place else None, **given)
    tool = form.chosen(request.args.get("support", ""))
    form.tool_id.data = tool and tool.id
    return _procedure_page(None, form, tool=tool)


@blueprint.post("/procedures/nouvelle")
@requires(EDIT)
def create_procedure() -> Page:
    """A procedure in preparation."""
    place = home(EDIT) or abort(404)
    form = ProcedureForm(place.id)
    made = DiffusionProcedure(establishment_id=place.id, status=ProcedureStatus.DRAFT)
    if not form.sent() or not apply(form, lambda: _fill_procedure(made, form)):
        return _procedure_page(None, form), 422
    session.add(made)
    session.flush()
    return _kept_procedure(made)


def _fill_procedure(made: DiffusionProcedure, form: ProcedureForm) -> None:
    for name in PROCEDURE:
        setattr(made, name, form[name].data)
    made.tool = session.get_one(InformationTool, made.tool_id)
    made.touch(visitor().name, now())


def _kept_procedure(made: DiffusionProcedure) -> Response:
    flash(_("La procédure est enregistrée."), "success")
    return redirect(url_for("notices.procedure", identity=made.id), 303)


@blueprint.get("/procedures/<uuid:identity>/modifier")
@requires(EDIT)
def edit_procedure(identity: uuid.UUID) -> str:
    """The form of a procedure."""
    found = load(DiffusionProcedure, identity, EDIT)
    return _procedure_page(found, ProcedureForm(found.establishment_id, found.tool_id, formdata=None, obj=found))


@blueprint.post("/procedures/<uuid:identity>/modifier")
@requires(EDIT)
def save_procedure(identity: uuid.UUID) -> Page:
    """Keep a procedure as typed; validated, it goes back in preparation and its frozen version stays."""
    found = load(DiffusionProcedure, identity, EDIT)
    form = ProcedureForm(found.establishment_id, found.tool_id)
    status = keep(form, found, lambda: _fill_procedure(found, form))
    if status != 303:
        return _procedure_page(load(DiffusionProcedure, identity, EDIT), form, conflict=status == 409), status
    return _kept_procedure(found)


def _procedure_page(
    found: DiffusionProcedure | None,
    form: ProcedureForm,
    *,
    tool: InformationTool | None = None,
    conflict: bool = False,
) -> str:
    steps = model()["diffusion_procedure"]["steps"]
    return render_template(
        "notices/edit_procedure.html",
        procedure=found,
        form=form,
        conflict=conflict,
        home=home(EDIT),
        places=visitor().places(EDIT),
        steps=[step for step in steps if tool is None or tool.kind in step["tools"]],
        tool=tool,
    )


@blueprint.get("/procedures/<uuid:identity>/valider")
@requires(VALIDATE)
def start_approval(identity: uuid.UUID) -> str:
    """Which body validated the procedure."""
    found = load(DiffusionProcedure, identity, VALIDATE)
    return render_template("notices/approve.html", procedure=found, form=ApprovalForm(validated_on=today()))


@blueprint.post("/procedures/<uuid:identity>/valider")
@requires(VALIDATE)
def approve(identity: uuid.UUID) -> Page:
    """Freeze the procedure as the body validated it."""
    found, form = load(DiffusionProcedure, identity, VALIDATE), ApprovalForm()
    if not form.sent() or not apply(form, lambda: _approve(found, form)):
        session.rollback()
        return render_template("notices/approve.html", procedure=found, form=form), 422
    flash(_("La version %(number)s de la procédure est validée.", number=found.number), "success")
    return redirect(url_for("notices.procedure", identity=found.id), 303)


def _approve(found: DiffusionProcedure, form: ApprovalForm) -> None:
    on = form.validated_on.data or today()
    if on > today():
        raise RuleBroken("validated_on", _("Une validation s’enregistre une fois faite : choisissez une date passée."))
    found.validate((found.number or 0) + 1, on, form.body.data, form.body_name.data, form.minutes.data)
    frozen = {**found.state(), "common": common(model(), found.establishment, on)}
    version = publish(session(), found, frozen, visitor().name, now(), form.minutes.data)
    tell(session(), Verb.VALIDATED, found, number=version.number, digest=version.digest)


@blueprint.post("/procedures/<uuid:identity>/clore")
@requires(VALIDATE)
def end_procedure(identity: uuid.UUID) -> Page:
    """Close a procedure that no longer applies."""
    found, form = load(DiffusionProcedure, identity, VALIDATE), Form()
    if not apply(form, found.end):
        flash(form.form_errors[0], "warning")
    return redirect(url_for("notices.procedure", identity=found.id), 303)
