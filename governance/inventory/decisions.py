"""The doors of what follows an assessment: exchanges with the vendor, and the arbitration of the application."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.forms import DayField, Form, NumberField, apply, paragraph, text, word
from governance.inventory import queries
from governance.inventory.blueprint import blueprint
from governance.raised import raised
from governance.visitor import load, visitor
from models.base import now, today
from models.inventory.application import Application
from models.inventory.assessment import Assessment
from models.inventory.followup import DECIDE_WITHIN, Arbitration, Exchange
from models.inventory.words import Channel, Choice
from models.permissions import Permission
from models.plan import Action
from models.rules import RuleBroken


class ExchangeForm(Form):
    """A question put to the vendor by other means than the letters of Vigie."""

    asked_on = DayField(lazy_gettext("Date de la question"), required=True)
    channel = word(lazy_gettext("Moyen"), Channel, required=True)
    addressee = text(lazy_gettext("Interlocuteur"))
    reply_expected_on = DayField(lazy_gettext("Réponse attendue le"))
    question = paragraph(lazy_gettext("Question"), required=True, rows=2)


class ReplyForm(Form):
    """What the vendor answered, and promised."""

    replied_on = DayField(lazy_gettext("Réponse reçue le"), required=True)
    committed_on = DayField(lazy_gettext("Date d’engagement"))
    reply = paragraph(lazy_gettext("Réponse"), required=True, rows=2)


class ArbitrationForm(Form):
    """What is decided, by whom, when, for how much and for when."""

    choice = word(lazy_gettext("Décision"), Choice, required=True)
    decided_by = text(lazy_gettext("Décidé par"), required=True)
    decided_on = DayField(lazy_gettext("Décidé le"), required=True)
    target_on = DayField(lazy_gettext("Date cible"))
    budget = NumberField(lazy_gettext("Budget, en euros"), most=1_000_000_000)
    expires_on = DayField(
        lazy_gettext("Fin des mesures compensatoires"), description=lazy_gettext("Douze mois au plus.")
    )
    measures = paragraph(lazy_gettext("Mesures compensatoires"), rows=2)
    reason = paragraph(lazy_gettext("Motif"), required=True, rows=2)


class CloseForm(Form):
    """Why a decision is closed."""

    reason = paragraph(lazy_gettext("Pourquoi cette décision est close"), required=True, rows=2)


def _page(application: Application, **forms: Any) -> str:
    day = today()
    current = queries.current_assessment(application.id)
    given = {"exchange": ExchangeForm(asked_on=day), "reply": ReplyForm(replied_on=day), "answered": None, **forms}
    return render_template(
        "inventory/followup.html",
        application=application,
        current=current,
        exchanges=application.exchanges,
        arbitrations=application.arbitrations,
        decision=_in_force(application),
        deadline=_deadline(application, current),
        raised=raised(application),
        today=day,
        **given,
    )


def _in_force(application: Application) -> Arbitration | None:
    query = select(Arbitration).where(Arbitration.application_id == application.id, Arbitration.in_force(today()))
    return session.scalars(query.order_by(Arbitration.decided_on.desc()).limit(1)).one_or_none()


def _deadline(application: Application, current: Assessment | None) -> Any:
    """By when a decision is due, when one is: 30 days after an assessment that the application does not pass."""
    if current is None or current.core_met or not application.is_in_scope:
        return None
    return current.assessed_on + DECIDE_WITHIN


@blueprint.get("/<uuid:identity>/suivi")
@requires(Permission.INVENTORY_READ)
def followup(identity: uuid.UUID) -> str:
    """What was asked of the vendor, what was answered, and what is decided."""
    return _page(load(Application, identity, Permission.INVENTORY_READ, Application.whole()))


@blueprint.post("/<uuid:identity>/suivi/echanges")
@requires(Permission.INVENTORY_EDIT)
def note_exchange(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Write a question in the contact log."""
    application = load(Application, identity, Permission.INVENTORY_EDIT, Application.whole())
    form = ExchangeForm()
    if not form.sent():
        return _page(application, exchange=form), 422
    made = Exchange(establishment_id=application.establishment_id, application=application, asked_by=visitor().name)
    form.populate_obj(made)
    session.add(made)
    flash(_("L’échange est noté."), "success")
    return _back(application)


def _back(application: Application) -> Response:
    return redirect(url_for("inventory.followup", identity=application.id), 303)


def _step(identity: uuid.UUID, rule: Callable[[Exchange], None], done: str) -> Response | tuple[str, int]:
    """Take a step of an exchange; when a rule refuses it, the page says why and nothing changes."""
    exchange = load(Exchange, identity, Permission.INVENTORY_EDIT)
    try:
        rule(exchange)
    except RuleBroken as broken:
        reason = _(broken.message)
        return render_template("inventory/refused.html", application=exchange.application, reason=reason), 422
    flash(done, "success")
    return _back(exchange.application)


@blueprint.post("/echanges/<uuid:identity>/relancer")
@requires(Permission.INVENTORY_EDIT)
def remind(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Note that the vendor was reminded today."""
    return _step(identity, lambda exchange: exchange.remind(today()), _("La relance est notée."))


@blueprint.post("/echanges/<uuid:identity>/repondre")
@requires(Permission.INVENTORY_EDIT)
def receive(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Note what the vendor answered, and promised."""
    exchange, form = load(Exchange, identity, Permission.INVENTORY_EDIT), ReplyForm()
    if not form.sent() or not apply(
        form, lambda: exchange.receive(form.replied_on.data or today(), form.reply.data, form.committed_on.data)
    ):
        return _page(exchange.application, reply=form, answered=exchange.id), 422
    flash(_("La réponse est notée."), "success")
    return _back(exchange.application)


@blueprint.post("/echanges/<uuid:identity>/tenir")
@requires(Permission.INVENTORY_EDIT)
def keep_promise(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Note that the vendor did what was promised."""
    return _step(identity, lambda exchange: exchange.keep(today()), _("L’engagement est noté comme tenu."))


# Arbitration


@blueprint.get("/<uuid:identity>/arbitrer")
@requires(Permission.INVENTORY_DECIDE)
def before_deciding(identity: uuid.UUID) -> str:
    """The form of a decision."""
    application = load(Application, identity, Permission.INVENTORY_DECIDE)
    form = ArbitrationForm(decided_on=today(), decided_by=visitor().name)
    return render_template("inventory/decide.html", application=application, form=form)


@blueprint.post("/<uuid:identity>/arbitrer")
@requires(Permission.INVENTORY_DECIDE)
def decide(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Decide what becomes of the application; the decision before it is closed."""
    application, form = load(Application, identity, Permission.INVENTORY_DECIDE), ArbitrationForm()
    made = Arbitration(establishment_id=application.establishment_id)
    if form.sent():
        form.populate_obj(made)
    if form.errors or not form.is_submitted() or not apply(form, lambda: made.check(today())):
        return render_template("inventory/decide.html", application=application, form=form), 422
    current = queries.current_assessment(application.id)
    for before in application.arbitrations:
        if before.closed_on is None:
            before.close(made.decided_on, _("Remplacée par une autre décision."))
    made.application, made.assessment = application, current
    session.add(made)
    if made.target_on:
        session.add(_carrying_out(made, application))
    application.touch(visitor().name, now())
    flash(_("Décision enregistrée : %(choice)s.", choice=_(made.choice.label).lower()), "success")
    return _back(application)


def _carrying_out(made: Arbitration, application: Application) -> Action:
    """The action of the plan that carries a decision out, by its target date."""
    title = f"{made.choice.label} : {application.name}"
    return Action.raised_by(application, title, visitor().name, due_on=made.target_on, note=made.reason)


@blueprint.post("/arbitrages/<uuid:identity>/clore")
@requires(Permission.INVENTORY_DECIDE)
def close_decision(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Close a decision: it was carried out, or has no object any more."""
    decision, form = load(Arbitration, identity, Permission.INVENTORY_DECIDE), CloseForm()
    if not form.sent() or not apply(form, lambda: decision.close(today(), form.reason.data)):
        return render_template(
            "inventory/close.html", decision=decision, application=decision.application, form=form
        ), 422
    flash(_("La décision est close."), "success")
    return _back(decision.application)
