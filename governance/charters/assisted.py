"""What an agent records for somebody: a declaration read to her before a witness, a refusal said face to face."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField
from wtforms.validators import InputRequired

from exports.receipts import Means
from exports.texts import long_day
from governance.charters.acceptance import Act, NotTaken, answer, given, named
from governance.charters.blueprint import blueprint
from governance.charters.reach import COLLECT, load_invitation
from governance.doors import requires
from governance.forms import DayField, Form, apply, paragraph, text, word
from governance.visitor import visitor
from models.base import now, today
from models.charters.acceptance import Acceptance, Assistance, Decision
from models.charters.campaign import Invitation
from models.charters.words import Channel
from models.rules import RuleBroken
from models.search import fold
from models.wording import filled

Page = str | tuple[str, int] | Response


class AssistedForm(Form):
    """The declaration that somebody makes aloud, and who was there."""

    assistance = word(lazy_gettext("Pourquoi une assistance"), Assistance, required=True)
    detail = text(
        lazy_gettext("Précision"), description=lazy_gettext("La langue utilisée, par exemple. Rien sur la santé.")
    )
    witness = text(lazy_gettext("Nom du témoin"), required=True)
    witness_title = text(lazy_gettext("Fonction du témoin"), required=True)
    declared = BooleanField(
        lazy_gettext("La personne a déclaré devant moi avoir pris connaissance de la charte"),
        [InputRequired(lazy_gettext("Cochez pour attester sa déclaration."))],
    )
    present = BooleanField(
        lazy_gettext("Le témoin est resté du début à la fin, et l’atteste avec moi"),
        [InputRequired(lazy_gettext("Cochez pour attester la présence du témoin."))],
    )


class RecordedRefusalForm(Form):
    """A refusal that somebody said to an agent."""

    handed_on = DayField(lazy_gettext("Charte remise le"), required=True)
    reason = paragraph(
        lazy_gettext("Motif"),
        limit=2000,
        required=True,
        description=lazy_gettext("Tel que la personne l’a dit ; « non précisé » si elle n’en donne pas."),
    )


@blueprint.get("/personnes/<uuid:identity>/assistance")
@requires(COLLECT)
def start_assisted(identity: uuid.UUID) -> str:
    """The declaration to read aloud, and the form that records it."""
    return _assisted(load_invitation(identity, COLLECT), AssistedForm())


def _assisted(invitation: Invitation, form: Any) -> str:
    return _page("charters/assisted.html", invitation, form, Channel.ON_BEHALF)


def _page(template: str, invitation: Invitation, form: Any, channel: Channel) -> str:
    words = invitation.version.statements.get(channel.value, {})
    values = {**named(invitation.person), "nom_operateur": visitor().name}
    return render_template(
        template,
        invitation=invitation,
        form=form,
        kept=given(invitation.person_id, invitation.version_id),
        words={name: filled(text or "", values) for name, text in words.items()},
    )


@blueprint.post("/personnes/<uuid:identity>/assistance")
@requires(COLLECT)
def record_assisted(identity: uuid.UUID) -> Page:
    """Record it, both agent and witness named."""
    invitation, form = load_invitation(identity, COLLECT), AssistedForm()
    if not form.sent() or not apply(form, lambda: _check_witness(invitation, form)):
        return _assisted(invitation, form), 422
    who = visitor().name
    told = {"nom_operateur": who, "nom_temoin": form.witness.data, "fonction_temoin": form.witness_title.data}
    act = Act(
        Decision.ACCEPTED, Channel.ON_BEHALF, (Means.IDENTITY_SEEN, Means.WITNESS), now(), told=told,
        assistance=form.assistance.data, reason=form.detail.data, operator=who,
        witness=f"{form.witness.data} ({form.witness_title.data})"[:200], trace=False,
    )  # fmt: skip
    return _recorded(invitation, act, form, _assisted)


def _check_witness(invitation: Invitation, form: AssistedForm) -> None:
    witness = fold(form.witness.data or "")
    if witness in (fold(visitor().name), fold(invitation.person.name)):
        raise RuleBroken("witness", _("Le témoin est une autre personne que vous et que l’intéressé."))
    manager = invitation.person.manager
    if manager is not None and witness == fold(manager.name):
        raise RuleBroken("witness", _("Le témoin ne peut pas être le responsable direct de l’intéressé."))


@blueprint.get("/personnes/<uuid:identity>/refus")
@requires(COLLECT)
def start_refusal(identity: uuid.UUID) -> str:
    """The form that records a refusal said to an agent."""
    return _refusal(load_invitation(identity, COLLECT), RecordedRefusalForm())


def _refusal(invitation: Invitation, form: Any) -> str:
    return _page("charters/recorded_refusal.html", invitation, form, Channel.REFUSAL)


@blueprint.post("/personnes/<uuid:identity>/refus")
@requires(COLLECT)
def record_refusal(identity: uuid.UUID) -> Page:
    """Record a refusal: it stays, and a confirmation may still follow."""
    invitation, form = load_invitation(identity, COLLECT), RecordedRefusalForm()
    if not form.sent() or not apply(form, lambda: _check_day(form)):
        return _refusal(invitation, form), 422
    told = {
        "nom_operateur": visitor().name,
        "motif_refus": form.reason.data,
        "date_remise": long_day(form.handed_on.data or today()),
    }
    act = Act(
        Decision.REFUSED, Channel.ON_BEHALF, (Means.IDENTITY_SEEN,), now(), told=told, reason=form.reason.data,
        operator=visitor().name, witness=_("sans témoin"), trace=False,
    )  # fmt: skip
    return _recorded(invitation, act, form, _refusal)


def _check_day(form: RecordedRefusalForm) -> None:
    if (form.handed_on.data or today()) > today():
        raise RuleBroken("handed_on", _("Cette date est dans le futur."))


def _recorded(invitation: Invitation, act: Act, form: Any, page: Any) -> Page:
    try:
        kept: Acceptance = answer(invitation, act)
    except NotTaken as refused:
        form.form_errors.append(_(refused.why.help))
        return page(invitation, form), 422
    flash(_("C’est enregistré : reçu %(number)s.", number=kept.number), "success")
    return redirect(url_for("charters.receipt", identity=kept.id), 303)
