"""How tools reach patients: the procedures, each validated and frozen, and the campaigns that carry them out."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.forms import DayField, Form, NumberField, apply, identity, paragraph, text, word
from governance.lists import paged
from governance.notices.blueprint import blueprint
from governance.notices.checks import tool_choices
from governance.notices.fields import RevisedForm, keep
from governance.places import home
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.base import now, today
from models.consulting import GovernanceBody
from models.journal import Verb, tell
from models.notices.diffusion import DiffusionCampaign, DiffusionProcedure
from models.notices.tool import InformationTool
from models.notices.words import Moment, PatientGroup, ProcedureStatus
from models.permissions import Permission
from models.rules import RuleBroken
from models.versions import Version, publish
from seed.notices import model

READ, EDIT, VALIDATE = Permission.NOTICES_READ, Permission.NOTICES_EDIT, Permission.NOTICES_VALIDATE
Page = str | tuple[str, int] | Response


class ProcedureForm(RevisedForm):
    """Who gives what to whom, when and how, and what proves it."""

    tool_id = identity(lazy_gettext("Support"), tool_choices, required=True)
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


class CampaignForm(RevisedForm):
    """When a tool is handed out or hung, how many were planned, how many were done."""

    title = text(lazy_gettext("Campagne"), required=True)
    tool_id = identity(lazy_gettext("Support"), tool_choices, required=True)
    population = word(lazy_gettext("Patients concernés"), PatientGroup, required=True)
    starts_on = DayField(lazy_gettext("Début"), required=True)
    ends_on = DayField(lazy_gettext("Fin"), required=True)
    places = paragraph(lazy_gettext("Lieux"), limit=4000, rows=2)
    planned = NumberField(lazy_gettext("Exemplaires ou emplacements prévus"), least=1, required=True)
    done = NumberField(lazy_gettext("Remis ou posés"))
    outcome = paragraph(lazy_gettext("Bilan"), limit=4000, rows=3)


PROCEDURE = ("tool_id", "population", "moment", "responsible", "instructions", "proof")
CAMPAIGN = ("title", "tool_id", "population", "starts_on", "ends_on", "places", "planned", "done", "outcome")


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
    sorts = {"campagne": DiffusionCampaign.title, "debut": DiffusionCampaign.starts_on}
    return render_template(
        "notices/diffusion.html",
        procedures=session.scalars(query.where(here).order_by(DiffusionProcedure.moment, DiffusionProcedure.id)).all(),
        page=paged(running, sorts, "-debut", details=_campaigns),
        today=today(),
    )


def _campaigns(ids: list[uuid.UUID]) -> dict[uuid.UUID, DiffusionCampaign]:
    query = select(DiffusionCampaign).options(
        joinedload(DiffusionCampaign.tool), joinedload(DiffusionCampaign.establishment)
    )
    return {one.id: one for one in session.scalars(query.where(DiffusionCampaign.id.in_(ids)))}


def _tool_of(made: Any) -> InformationTool:
    """The tool named, if it is of the same establishment. Raises RuleBroken otherwise."""
    tool = session.get(InformationTool, made.tool_id)
    if tool is None or tool.establishment_id != made.establishment_id:
        raise RuleBroken("tool_id", _("Choisissez un support du même établissement."))
    return tool


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
        pieces=shelf(found),
        model=model()["diffusion_procedure"],
    )


@blueprint.get("/procedures/nouvelle")
@requires(EDIT)
def start_procedure() -> str:
    """The form of a procedure, filled from a step of the model when one is chosen."""
    steps = {row["code"]: row for row in model()["diffusion_procedure"]["steps"]}
    step = steps.get(request.args.get("etape", ""))
    given: dict[str, Any] = {"population": PatientGroup.ALL}
    if step:
        given |= {"moment": Moment(step["code"]), "responsible": step["responsible_fr"], "proof": step["evidence_fr"],
                  "instructions": step["action_fr"]}  # fmt: skip
    return _procedure_page(None, ProcedureForm(**given))


@blueprint.post("/procedures/nouvelle")
@requires(EDIT)
def create_procedure() -> Page:
    """A procedure in preparation."""
    form, place = ProcedureForm(), home(EDIT) or abort(404)
    made = DiffusionProcedure(establishment_id=place.id, status=ProcedureStatus.DRAFT)
    if not form.sent() or not apply(form, lambda: _fill_procedure(made, form)):
        return _procedure_page(None, form), 422
    session.add(made)
    session.flush()
    return _kept_procedure(made)


def _fill_procedure(made: DiffusionProcedure, form: ProcedureForm) -> None:
    for name in PROCEDURE:
        setattr(made, name, form[name].data)
    made.tool = _tool_of(made)
    made.touch(visitor().name, now())


def _kept_procedure(made: DiffusionProcedure) -> Response:
    flash(_("La procédure est enregistrée."), "success")
    return redirect(url_for("notices.procedure", identity=made.id), 303)


@blueprint.get("/procedures/<uuid:identity>/modifier")
@requires(EDIT)
def edit_procedure(identity: uuid.UUID) -> str:
    """The form of a procedure."""
    found = load(DiffusionProcedure, identity, EDIT)
    return _procedure_page(found, ProcedureForm(formdata=None, obj=found))


@blueprint.post("/procedures/<uuid:identity>/modifier")
@requires(EDIT)
def save_procedure(identity: uuid.UUID) -> Page:
    """Keep a procedure as typed; validated, it goes back in preparation and its frozen version stays."""
    found, form = load(DiffusionProcedure, identity, EDIT), ProcedureForm()
    status = keep(form, found, lambda: _fill_procedure(found, form))
    if status != 303:
        return _procedure_page(load(DiffusionProcedure, identity, EDIT), form, conflict=status == 409), status
    return _kept_procedure(found)


def _procedure_page(found: DiffusionProcedure | None, form: ProcedureForm, *, conflict: bool = False) -> str:
    return render_template(
        "notices/edit_procedure.html",
        procedure=found,
        form=form,
        conflict=conflict,
        home=home(EDIT),
        places=visitor().places(EDIT),
        steps=model()["diffusion_procedure"]["steps"],
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
    version = publish(session(), found, found.state(), visitor().name, now(), form.minutes.data)
    tell(session(), Verb.VALIDATED, found, number=version.number, digest=version.digest)


@blueprint.post("/procedures/<uuid:identity>/clore")
@requires(VALIDATE)
def end_procedure(identity: uuid.UUID) -> Page:
    """Close a procedure that no longer applies."""
    found, form = load(DiffusionProcedure, identity, VALIDATE), Form()
    if not apply(form, found.end):
        flash(form.form_errors[0], "warning")
    return redirect(url_for("notices.procedure", identity=found.id), 303)


# Campaigns


@blueprint.get("/campagnes/<uuid:identity>")
@requires(READ)
def campaign(identity: uuid.UUID) -> str:
    """One campaign: what was planned, what was done."""
    found = load(DiffusionCampaign, identity, READ)
    return render_template("notices/campaign.html", campaign=found, pieces=shelf(found), today=today())


@blueprint.get("/campagnes/nouvelle")
@requires(EDIT)
def start_campaign() -> str:
    """The form of a campaign."""
    return _campaign_page(None, CampaignForm(population=PatientGroup.ALL, starts_on=today()))


@blueprint.post("/campagnes/nouvelle")
@requires(EDIT)
def create_campaign() -> Page:
    """Plan a campaign."""
    form, place = CampaignForm(), home(EDIT) or abort(404)
    made = DiffusionCampaign(establishment_id=place.id)
    if not form.sent() or not apply(form, lambda: _fill_campaign(made, form)):
        return _campaign_page(None, form), 422
    session.add(made)
    session.flush()
    return _kept_campaign(made)


def _fill_campaign(made: DiffusionCampaign, form: CampaignForm) -> None:
    for name in CAMPAIGN:
        setattr(made, name, form[name].data)
    made.tool = _tool_of(made)
    made.check()


def _kept_campaign(made: DiffusionCampaign) -> Response:
    flash(_("La campagne est enregistrée."), "success")
    return redirect(url_for("notices.campaign", identity=made.id), 303)


@blueprint.get("/campagnes/<uuid:identity>/modifier")
@requires(EDIT)
def edit_campaign(identity: uuid.UUID) -> str:
    """The form of a campaign, and its outcome."""
    found = load(DiffusionCampaign, identity, EDIT)
    return _campaign_page(found, CampaignForm(formdata=None, obj=found))


@blueprint.post("/campagnes/<uuid:identity>/modifier")
@requires(EDIT)
def save_campaign(identity: uuid.UUID) -> Page:
    """Keep a campaign as typed, unless a colleague saved it meanwhile."""
    found, form = load(DiffusionCampaign, identity, EDIT), CampaignForm()
    status = keep(form, found, lambda: _fill_campaign(found, form))
    if status != 303:
        return _campaign_page(load(DiffusionCampaign, identity, EDIT), form, conflict=status == 409), status
    return _kept_campaign(found)


def _campaign_page(found: DiffusionCampaign | None, form: CampaignForm, *, conflict: bool = False) -> str:
    return render_template(
        "notices/edit_campaign.html",
        campaign=found,
        form=form,
        conflict=conflict,
        home=home(EDIT),
        places=visitor().places(EDIT),
    )
