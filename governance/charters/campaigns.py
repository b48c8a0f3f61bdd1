"""Campaigns: prepared, launched, followed, closed; and the diffusion procedure they start from."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import case, func, select
from werkzeug.wrappers import Response

from governance.charters import coverage, running
from governance.charters.blueprint import blueprint
from governance.charters.campaign_forms import (
    CampaignForm,
    ClosingForm,
    DiffusionForm,
    PeopleExportForm,
    TextsForm,
    days_of,
    population_of_slug,
)
from governance.charters.reach import COLLECT, EDIT, FOLLOW, READ, load_campaign, may, readable
from governance.database import session
from governance.doors import requires
from governance.forms import Form, apply
from governance.lists import paged
from governance.visitor import refuse, visitor
from models.base import today
from models.charters.campaign import Answer, Campaign, CampaignState, Invitation
from models.charters.diffusion import REACHED, DiffusionRule
from models.charters.words import Population
from models.establishments import Establishment

Page = str | tuple[str, int] | Response
SORTS = {"titre": Campaign.title, "debut": Campaign.starts_on, "etat": Campaign.state}


@blueprint.get("/campagnes")
@requires(READ)
def campaigns() -> str:
    """The campaigns, those that run first, with how far each has come."""
    asked = request.args.get("etat", "")
    query = select(Campaign.id).where(readable(visitor()))
    if asked in CampaignState.__members__.values():
        query = query.where(Campaign.state == CampaignState(asked))
    page = paged(query, SORTS, "-debut", details=_lines)
    return render_template("charters/campaigns.html", page=page, states=CampaignState, today=today())


def _lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Campaigns with their figures within what she sees, by identity."""
    accepted = func.sum(case((Invitation.answer == Answer.ACCEPTED, 1), else_=0))
    seen = visitor().sees(Invitation, READ)
    counts = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(Invitation.campaign_id, accepted, func.count())
            .where(Invitation.campaign_id.in_(ids), Invitation.counts(), seen)
            .group_by(Invitation.campaign_id)
        )
    }
    found = session.scalars(Campaign.whole().where(Campaign.id.in_(ids)))
    return {one.id: (one, *counts.get(one.id, (0, 0))) for one in found}


@blueprint.get("/campagnes/<uuid:identity>")
@requires(READ)
def campaign(identity: uuid.UUID) -> str:
    """Where a campaign stands: figures, bars, trend, who is missing; while it is prepared, whom it would ask."""
    found, who = load_campaign(identity, READ), visitor()
    if found.state is CampaignState.DRAFT:
        return render_template("charters/campaign_draft.html", campaign=found, **running.preview(found, today()))
    return render_template(
        "charters/campaign.html",
        campaign=found,
        coverage=coverage.coverage(found, who, today()),
        channels=coverage.by_channel(found, who) if "moyens" in request.args else [],
        papers=coverage.papers_to_check(found, who),
        moves=running.moves(found, today()) if may(who, EDIT, found) and "comparer" in request.args else None,
        may_edit=may(who, EDIT, found),
        closing=ClosingForm(),
        today=today(),
    )


# Prepared


@blueprint.get("/campagnes/nouvelle")
@requires(EDIT)
def start_campaign() -> str:
    """The form of a new campaign."""
    return _form_page(CampaignForm(**running.proposed(request.args.get("version"))), None)


def _form_page(form: CampaignForm, found: Campaign | None) -> str:
    return render_template("charters/campaign_edit.html", form=form, campaign=found)


@blueprint.post("/campagnes/nouvelle")
@requires(EDIT)
def create_campaign() -> Page:
    """A campaign in preparation: nobody is invited yet."""
    form, made = CampaignForm(), []
    if not form.sent() or not apply(form, lambda: made.append(running.prepare(form))):
        return _form_page(form, None), 422
    flash(_("La campagne est en préparation : relisez ses courriels, puis lancez-la."), "success")
    return redirect(url_for("charters.campaign", identity=made[0].id), 303)


@blueprint.get("/campagnes/<uuid:identity>/modifier")
@requires(EDIT)
def edit_campaign(identity: uuid.UUID) -> str:
    """The settings of a campaign in preparation."""
    found = _draft(identity)
    return _form_page(CampaignForm(**running.typed(found)), found)


def _draft(identity: uuid.UUID) -> Campaign:
    found = load_campaign(identity, EDIT)
    if found.state is not CampaignState.DRAFT:
        abort(409)
    return found


@blueprint.post("/campagnes/<uuid:identity>/modifier")
@requires(EDIT)
def save_campaign(identity: uuid.UUID) -> Page:
    """Keep the settings."""
    found, form = _draft(identity), CampaignForm()
    if not form.sent() or not apply(form, lambda: running.fill(found, form)):
        session.expire(found)
        return _form_page(form, found), 422
    flash(_("C’est enregistré."), "success")
    return redirect(url_for("charters.campaign", identity=identity), 303)


@blueprint.get("/campagnes/<uuid:identity>/courriels")
@requires(EDIT)
def edit_texts(identity: uuid.UUID) -> str:
    """The mails, to adapt."""
    found = load_campaign(identity, EDIT)
    rows = [{"code": one.code, "subject": one.subject, "body": one.body} for one in found.texts]
    return _texts_page(found, TextsForm(texts=rows))


def _texts_page(found: Campaign, form: TextsForm) -> str:
    return render_template(
        "charters/campaign_texts.html", campaign=found, form=form, titles=running.TITLES, blanks=running.known_blanks()
    )


@blueprint.post("/campagnes/<uuid:identity>/courriels")
@requires(EDIT)
def save_texts(identity: uuid.UUID) -> Page:
    """Keep them; a {name} that nothing fills is refused, since it would be read as it is."""
    found, form = load_campaign(identity, EDIT), TextsForm()
    if not form.sent() or not apply(form, lambda: running.keep_texts(found, form)):
        return _texts_page(found, form), 422
    flash(_("Les courriels sont enregistrés."), "success")
    return redirect(url_for("charters.campaign", identity=identity), 303)


# Its life


@blueprint.post("/campagnes/<uuid:identity>/lancer")
@requires(EDIT, fresh=True)
def launch(identity: uuid.UUID) -> Page:
    """Make the list; the mails leave with the night's work, or at once when asked."""
    found, form, done = load_campaign(identity, EDIT), Form(), []
    if not apply(form, lambda: done.append(running.launch(found))):
        return _refused(found, form), 422
    flash(_("La campagne est lancée : %(count)s personnes sont sur la liste.", count=done[0]), "success")
    return redirect(url_for("charters.campaign", identity=identity), 303)


def _refused(found: Campaign, form: Any) -> str:
    return render_template("charters/campaign_refused.html", campaign=found, reasons=form.form_errors)


@blueprint.post("/campagnes/<uuid:identity>/actualiser")
@requires(EDIT)
def relist_campaign(identity: uuid.UUID) -> Page:
    """Make the list again from the directory, now, and write the mails that are due."""
    found, form, done = load_campaign(identity, EDIT), Form(), []
    if not apply(form, lambda: done.append(running.bring_up_to_date(found, today()))):
        return _refused(found, form), 422
    flash(_("La liste est à jour. Courriels préparés : %(count)s.", count=done[0]), "success")
    return redirect(url_for("charters.campaign", identity=identity), 303)


@blueprint.post("/campagnes/<uuid:identity>/clore")
@requires(EDIT)
def close_campaign(identity: uuid.UUID) -> Page:
    """Stop asking; what was recorded stays."""
    found, form = load_campaign(identity, EDIT), ClosingForm()
    if not form.sent() or not apply(form, lambda: found.close(today(), form.reason.data or "")):
        return render_template("charters/campaign_close.html", campaign=found, form=form), 422
    flash(_("La campagne est close."), "success")
    return redirect(url_for("charters.campaign", identity=identity), 303)


# Its people


@blueprint.get("/campagnes/<uuid:identity>/personnes")
@requires(FOLLOW)
def campaign_people(identity: uuid.UUID) -> str:
    """The persons of a campaign, filtered, sorted and paged by the address."""
    found, who = load_campaign(identity, READ), visitor()
    page = paged(coverage.listed(found, who, request.args, today()), coverage.SORTS, "nom", details=coverage.lines)
    return render_template(
        "charters/campaign_people.html",
        campaign=found,
        page=page,
        answers=coverage.answers(list(page.rows)),
        form=PeopleExportForm(),
        populations=[one for one in REACHED if one in found.populations],
        states=coverage.states(),
        filters=coverage.filters(found, who),
        may_collect=who.may(COLLECT),
        may_take=who.may(COLLECT) or who.may(EDIT),
        query=request.query_string.decode(errors="replace"),
        today=today(),
    )


# The procedure


@blueprint.get("/diffusion")
@requires(READ)
def diffusion() -> str:
    """The diffusion procedure of the establishment: one line per population."""
    place = _place()
    rows = running.procedure(place.id) if place else {}
    return render_template("charters/diffusion.html", place=place, rows=rows, populations=REACHED)


def _place() -> Establishment | None:
    who = visitor()
    here = who.establishment or next(iter(who.places(READ)), None)
    return session.get(Establishment, here.id) if here else None


@blueprint.get("/diffusion/<string(maxlength=20):slug>")
@requires(EDIT)
def edit_diffusion(slug: str) -> str:
    """The line of one population."""
    population, place = _line(slug)
    rule = running.procedure(place.id)[population]
    form = DiffusionForm(obj=rule, reminders=", ".join(rule.reminder_days))
    return _diffusion_page(population, place, form)


def _line(slug: str) -> tuple[Population, Establishment]:
    population, place = population_of_slug(slug) or abort(404), _place() or abort(404)
    if not visitor().may(EDIT, DiffusionRule(establishment_id=place.id)):
        refuse()
    return population, place


def _diffusion_page(population: Population, place: Establishment, form: DiffusionForm) -> str:
    return render_template("charters/diffusion_edit.html", population=population, place=place, form=form)


@blueprint.post("/diffusion/<string(maxlength=20):slug>")
@requires(EDIT)
def save_diffusion(slug: str) -> Page:
    """Keep how a population is reached; campaigns launched from now on follow it."""
    (population, place), form = _line(slug), DiffusionForm()
    days = days_of(form.reminders.data)
    if not form.sent() or not apply(form, lambda: running.keep_rule(place.id, population, form, days)):
        return _diffusion_page(population, place, form), 422
    flash(_("La procédure est enregistrée."), "success")
    return redirect(url_for("charters.diffusion"), 303)
