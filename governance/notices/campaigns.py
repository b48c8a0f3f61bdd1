"""Campaigns of diffusion, from their plan to their outcome: what is counted on the way, and the day they are closed."""

import uuid
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from exports.notices.campaign import report
from governance.database import session
from governance.doors import requires
from governance.forms import DayField, Form, NumberField, apply, paragraph, text, word
from governance.media import MIMETYPES
from governance.notices.blueprint import blueprint
from governance.notices.fields import AboutToolForm, keep
from governance.places import home
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.base import today
from models.notices.campaign import DiffusionCampaign, DiffusionCount
from models.notices.check import InformationCheck
from models.notices.diffusion import DiffusionProcedure
from models.notices.tool import InformationTool
from models.notices.words import PatientGroup, ProcedureStatus
from models.permissions import Permission

READ, EDIT, CHECK = Permission.NOTICES_READ, Permission.NOTICES_EDIT, Permission.NOTICES_CHECK
Page = str | tuple[str, int] | Response
PLAN = ("title", "tool_id", "population", "starts_on", "ends_on", "places", "planned")


class CampaignForm(AboutToolForm):
    """When a tool is handed out or hung, where, and how many are planned."""

    title = text(lazy_gettext("Campagne"), required=True)
    population = word(lazy_gettext("Patients concernés"), PatientGroup, required=True)
    starts_on = DayField(lazy_gettext("Début"), required=True)
    ends_on = DayField(lazy_gettext("Fin"), required=True)
    planned = NumberField(lazy_gettext("Exemplaires ou emplacements prévus"), least=1, required=True)
    places = paragraph(
        lazy_gettext("Lieux"),
        limit=4000,
        rows=4,
        description=lazy_gettext("Un par ligne : la page dira lesquels restent à compter."),
    )


class CountForm(Form):
    """What somebody counted on a day, in a place."""

    counted_on = DayField(lazy_gettext("Compté le"), required=True)
    handed = NumberField(
        lazy_gettext("Remis ou posés"),
        least=1,
        required=True,
        description=lazy_gettext("Depuis le comptage précédent du même lieu."),
    )
    place = text(lazy_gettext("Lieu"), render_kw={"list": "lieux", "autocomplete": "off"})
    counted_by = text(lazy_gettext("Compté par"), required=True)
    remark = text(lazy_gettext("Remarque"), description=lazy_gettext("Aucun nom de patient."))


class ClosingForm(Form):
    """How a campaign ended."""

    closed_on = DayField(lazy_gettext("Close le"), required=True)
    done = NumberField(
        lazy_gettext("Remis ou posés en tout"),
        required=True,
        description=lazy_gettext("Le total des comptages est proposé ; corrigez-le si le stock dit autre chose."),
    )
    outcome = paragraph(
        lazy_gettext("Bilan"),
        limit=4000,
        required=True,
        description=lazy_gettext("Ce qui a manqué et pourquoi, ce qui reste à faire. Aucun nom de patient."),
    )


# The plan


@blueprint.get("/campagnes/nouvelle")
@requires(EDIT)
def start_campaign() -> str:
    """The form of a campaign, for a tool when its page asks for one."""
    place, asked = home(EDIT), request.args.get("support", "")
    form = CampaignForm(place.id if place else None, population=PatientGroup.ALL, starts_on=today())
    tool = form.chosen(asked)
    if tool is not None:
        form.tool_id.data, form.places.data = tool.id, tool.places
    return _plan_page(None, form)


@blueprint.post("/campagnes/nouvelle")
@requires(EDIT)
def create_campaign() -> Page:
    """Plan a campaign."""
    place = home(EDIT) or abort(404)
    form, made = CampaignForm(place.id), DiffusionCampaign(establishment_id=place.id)
    if not form.sent() or not apply(form, lambda: _fill(made, form)):
        return _plan_page(None, form), 422
    session.add(made)
    session.flush()
    return _shown(made, _("La campagne est enregistrée."))


def _fill(made: DiffusionCampaign, form: CampaignForm) -> None:
    for name in PLAN:
        setattr(made, name, form[name].data)
    made.tool = session.get_one(InformationTool, made.tool_id)
    made.check()


def _shown(made: DiffusionCampaign, said: str, tone: str = "success") -> Response:
    flash(said, tone)
    return redirect(url_for("notices.campaign", identity=made.id), 303)


@blueprint.get("/campagnes/<uuid:identity>/modifier")
@requires(EDIT)
def edit_campaign(identity: uuid.UUID) -> Page:
    """The form of the plan of a campaign."""
    found, closed = load(DiffusionCampaign, identity, EDIT), Form()
    if not apply(closed, found.check_open):
        return _shown(found, closed.form_errors[0], "warning")
    return _plan_page(found, CampaignForm(found.establishment_id, found.tool_id, formdata=None, obj=found))


@blueprint.post("/campagnes/<uuid:identity>/modifier")
@requires(EDIT)
def save_campaign(identity: uuid.UUID) -> Page:
    """Keep a plan as typed, unless a colleague saved it meanwhile."""
    found = load(DiffusionCampaign, identity, EDIT)
    form = CampaignForm(found.establishment_id, found.tool_id)
    status = keep(form, found, lambda: _fill(found, form))
    if status != 303:
        return _plan_page(load(DiffusionCampaign, identity, EDIT), form, conflict=status == 409), status
    return _shown(found, _("La campagne est enregistrée."))


def _plan_page(found: DiffusionCampaign | None, form: CampaignForm, *, conflict: bool = False) -> str:
    return render_template(
        "notices/edit_campaign.html",
        campaign=found,
        form=form,
        conflict=conflict,
        home=home(EDIT),
        places=visitor().places(EDIT),
    )


# What is counted on the way


@blueprint.get("/campagnes/<uuid:identity>")
@requires(READ)
def campaign(identity: uuid.UUID) -> str:
    """One campaign: what was planned, what was counted, what it rests on, whether patients received it."""
    found = load(DiffusionCampaign, identity, READ)
    return _page(found, CountForm(formdata=None, counted_on=today(), counted_by=visitor().name))


def _page(found: DiffusionCampaign, form: CountForm) -> str:
    return render_template(
        "notices/campaign.html",
        campaign=found,
        form=form,
        procedure=_procedure(found),
        checks=_checks(found),
        pieces=shelf(found),
        today=today(),
    )


def _procedure(found: DiffusionCampaign) -> DiffusionProcedure | None:
    """The procedure that it carries out: that of its tool and population, the validated one first."""
    query = select(DiffusionProcedure).where(
        DiffusionProcedure.tool_id == found.tool_id,
        DiffusionProcedure.population == found.population,
        DiffusionProcedure.status != ProcedureStatus.ENDED,
    )
    return session.scalars(query.order_by(DiffusionProcedure.number.is_(None), DiffusionProcedure.created_at)).first()


def _checks(found: DiffusionCampaign) -> list[InformationCheck]:
    """What the checks of its tool said since it began, the latest first."""
    query = select(InformationCheck).where(
        InformationCheck.tool_id == found.tool_id, InformationCheck.checked_on >= found.starts_on
    )
    return list(session.scalars(query.order_by(InformationCheck.checked_on.desc()).limit(12)))


@blueprint.post("/campagnes/<uuid:identity>/compter")
@requires(CHECK)
def count(identity: uuid.UUID) -> Page:
    """Note what was counted in a campaign."""
    found, form = load(DiffusionCampaign, identity, CHECK), CountForm()
    if not form.sent() or not apply(form, lambda: _count(found, form)):
        session.rollback()
        return _page(load(DiffusionCampaign, identity, CHECK), form), 422
    session.flush()
    told = {"got": found.reached, "all": found.planned, "rate": found.rate}
    if found.reached > found.planned:
        return _shown(
            found, _("Le comptage est noté, mais %(got)s sur %(all)s est plus que prévu : vérifiez.", **told), "warning"
        )
    return _shown(found, _("Le comptage est noté : %(got)s sur %(all)s, soit %(rate)s %%.", **told))


def _count(found: DiffusionCampaign, form: CountForm) -> None:
    values = {name: form[name].data for name in ("counted_on", "handed", "place", "counted_by", "remark")}
    found.count(DiffusionCount(**values), today())


@blueprint.post("/campagnes/<uuid:identity>/comptages/<uuid:which>/retirer")
@requires(CHECK)
def drop_count(identity: uuid.UUID, which: uuid.UUID) -> Page:
    """Take out a count noted by mistake; the journal remembers it."""
    found, form = load(DiffusionCampaign, identity, CHECK), Form()
    one: Any = next((row for row in found.counts if row.id == which), None) or abort(404)
    if not form.sent() or not apply(form, found.check_open):
        return _shown(found, form.form_errors[0], "warning")
    found.counts.remove(one)
    return _shown(found, _("Le comptage est retiré."))


# Its end


@blueprint.get("/campagnes/<uuid:identity>/clore")
@requires(EDIT)
def start_closing(identity: uuid.UUID) -> Page:
    """How many were done in the end, and what is to be said of it."""
    found, form = load(DiffusionCampaign, identity, EDIT), Form()
    if not apply(form, found.check_open):
        return _shown(found, form.form_errors[0], "warning")
    done = found.done if found.done is not None else found.counted
    return _closing_page(found, ClosingForm(formdata=None, closed_on=today(), done=done, outcome=found.outcome))


def _closing_page(found: DiffusionCampaign, form: ClosingForm) -> str:
    return render_template("notices/close_campaign.html", campaign=found, form=form)


@blueprint.post("/campagnes/<uuid:identity>/clore")
@requires(EDIT)
def close_campaign(identity: uuid.UUID) -> Page:
    """Close a campaign with its outcome; the proofs on which it rests stay."""
    found, form = load(DiffusionCampaign, identity, EDIT), ClosingForm()
    if not form.sent() or not apply(form, lambda: _close(found, form)):
        session.rollback()
        return _closing_page(load(DiffusionCampaign, identity, EDIT), form), 422
    for piece in shelf(found).attachments:
        piece.keep()
    return _shown(found, _("La campagne est close : %(rate)s %% de ce qui était prévu.", rate=found.rate))


def _close(found: DiffusionCampaign, form: ClosingForm) -> None:
    found.close(form.closed_on.data or today(), form.done.data, form.outcome.data, visitor().name, today())


@blueprint.post("/campagnes/<uuid:identity>/rouvrir")
@requires(EDIT)
def reopen_campaign(identity: uuid.UUID) -> Page:
    """Take a closed campaign up again."""
    found, form = load(DiffusionCampaign, identity, EDIT), Form()
    if not form.sent() or not apply(form, found.reopen):
        return _shown(found, form.form_errors[0], "warning")
    return _shown(found, _("La campagne est rouverte."))


@blueprint.get("/campagnes/<uuid:identity>/bilan.<any(docx, pdf):ending>")
@requires(READ)
def campaign_report(identity: uuid.UUID, ending: str) -> Response:
    """What was planned, counted and checked, to keep or to show to a body."""
    found = load(DiffusionCampaign, identity, READ)
    made = report(found, _procedure(found), _checks(found), today())
    content = made.pdf(today()) if ending == "pdf" else made.docx(today())
    name = f"bilan-de-diffusion.{ending}"
    return send_file(BytesIO(content), MIMETYPES[ending], as_attachment=True, download_name=name)
