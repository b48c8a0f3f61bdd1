"""The doors of the derogations: asked for, decided, followed to their end."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from exports.listings import DEROGATIONS
from governance import places
from governance.database import put, session
from governance.doors import requires
from governance.forms import apply
from governance.leaving import sent
from governance.lists import asked, paged, whole
from governance.policy import application_queries as queries
from governance.policy import operations
from governance.policy.application_forms import ClosureForm, DecisionForm, DerogationForm, derogation_form
from governance.policy.blueprint import blueprint
from governance.policy.records import keep
from governance.raised import raised
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.base import months_after, today
from models.permissions import Permission
from models.policy.derogation import Decision, Derogation
from models.policy.observance import Observance
from models.policy.words import DerogationStatus
from models.rules import RuleBroken
from models.vocabulary import N_
from seed.policy import decision_level, model

FIELDS = (
    "title", "requested_on", "requester", "department_id", "scope", "reason", "alternatives", "risks", "severity",
    "likelihood", "compensation", "starts_on", "ends_on", "check_on", "return_plan", "personal_data", "rssi_advice",
    "dpo_advice", "advice_note",
)  # fmt: skip


@blueprint.get("/derogations")
@requires(Permission.POLICY_READ)
def derogations() -> str:
    """The register of derogations, refusals included."""
    page = paged(
        queries.derogations(visitor(), request.args), queries.DEROGATION_SORTS, "-reference", queries.derogation_lines
    )
    return render_template(
        "policy/derogations.html",
        page=page,
        statuses=DerogationStatus,
        questions=queries.DEROGATION_QUESTIONS,
        today=today(),
    )


@blueprint.post("/derogations/exporter")
@requires(Permission.POLICY_EXPORT, fresh=True)
def export_derogations() -> Response:
    """The derogations that the list shows, as a workbook."""
    args = asked()
    ids = queries.derogations(visitor(), args).where(visitor().sees(Derogation, Permission.POLICY_EXPORT))
    listed = whole(ids, queries.DEROGATION_SORTS, "-reference", queries.derogation_lines, args)
    return sent(DEROGATIONS, listed, N_("les dérogations"), "derogations")


def found(identity: uuid.UUID, permission: Permission = Permission.POLICY_READ) -> Derogation:
    """A derogation, with its rules."""
    return load(Derogation, identity, permission, queries.whole_derogation())


@blueprint.get("/derogations/<uuid:identity>")
@requires(Permission.POLICY_READ)
def derogation(identity: uuid.UUID) -> str:
    """One derogation: what was asked, what was decided, what proves it."""
    one = found(identity)
    return render_template(
        "policy/derogation.html",
        derogation=one,
        level=decision_level(one.level),
        raised=raised(one),
        pieces=shelf(one),
        today=today(),
    )


def _edit_page(form: DerogationForm, derogation: Derogation | None, conflict: bool = False) -> str:
    return render_template(
        "policy/edit_derogation.html",
        form=form,
        derogation=derogation,
        conflict=conflict,
        rules=model()["derogation_form"]["rules"],
    )


@blueprint.get("/derogations/nouvelle")
@requires(Permission.POLICY_EDIT)
def start_derogation() -> str:
    """The empty form of a derogation, to the rule that the address names if it does."""
    home = places.home(Permission.POLICY_EDIT)
    if home is None:
        return ask_place()
    given = {"requested_on": today(), "starts_on": today(), "ends_on": months_after(today(), 6)}
    return _edit_page(derogation_form(home.id, rules=request.args.getlist("regle"), **given), None)


def ask_place(right: Permission = Permission.POLICY_EDIT) -> str:
    """The page that asks in which establishment, for who holds `right` in several."""
    return render_template("policy/place.html", places=visitor().places(right), endpoint=request.endpoint)


@blueprint.post("/derogations/nouvelle")
@requires(Permission.POLICY_EDIT)
def create_derogation() -> Response | tuple[str, int]:
    """Put a request in the register of derogations."""
    home = places.home(Permission.POLICY_EDIT) or abort(404)
    form = derogation_form(home.id)
    one = Derogation(establishment_id=home.id, status=DerogationStatus.SUBMITTED)
    if not form.sent() or not apply(form, lambda: _fill(one, form)):
        return _edit_page(form, None), 422
    session.flush()
    flash(_("La demande %(reference)s est enregistrée.", reference=one.reference), "success")
    return redirect(url_for("policy.derogation", identity=one.id), 303)


@blueprint.get("/derogations/<uuid:identity>/modifier")
@requires(Permission.POLICY_EDIT)
def edit_derogation(identity: uuid.UUID) -> str:
    """The form of a request."""
    one = found(identity, Permission.POLICY_EDIT)
    form = derogation_form(one.establishment_id, obj=one, rules=[str(link.observance_id) for link in one.rules])
    form["rules"].data = [str(link.observance_id) for link in one.rules]
    return _edit_page(form, one)


@blueprint.post("/derogations/<uuid:identity>/modifier")
@requires(Permission.POLICY_EDIT)
def save_derogation(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep what was typed of a request that is not decided."""
    form = derogation_form(found(identity, Permission.POLICY_EDIT).establishment_id)
    return _kept(identity, form, Permission.POLICY_EDIT, lambda one: _fill(one, form), _edit_page)


def _fill(one: Derogation, form: DerogationForm) -> None:
    if one.status is not DerogationStatus.SUBMITTED:
        raise RuleBroken("", N_("Cette demande est décidée : elle ne se modifie plus."))
    chosen = [uuid.UUID(value) for value in form["rules"].data]
    rules = [session.get_one(Observance, identity) for identity in chosen]
    with session.no_autoflush:
        if not one.reference:
            one.reference = operations.next_reference(Derogation, one.establishment_id, "DER")
        put(one, {name: form[name].data for name in FIELDS}, lambda: _check(one, rules))


def _check(one: Derogation, rules: list[Observance]) -> None:
    one.check()
    one.cover(rules)


def _kept(identity: uuid.UUID, form: Any, permission: Permission, fill: Any, page: Any) -> Response | tuple[str, int]:
    status, one = keep(lambda: found(identity, permission), form, fill)
    if status != 303:
        return page(form, one, status == 409), status
    flash(_("La dérogation %(reference)s est enregistrée.", reference=one.reference), "success")
    return redirect(url_for("policy.derogation", identity=one.id), 303)


# The decision, and the end


def _decision_page(form: DecisionForm, one: Derogation, conflict: bool = False) -> str:
    return render_template(
        "policy/decide.html", form=form, derogation=one, level=decision_level(one.level), conflict=conflict
    )


@blueprint.get("/derogations/<uuid:identity>/decider")
@requires(Permission.POLICY_VALIDATE)
def start_decision(identity: uuid.UUID) -> str:
    """Who decides at this level of risk, and what."""
    one = found(identity, Permission.POLICY_VALIDATE)
    form = DecisionForm(revision=one.revision, decided_as=decision_level(one.level)["decider"], decided_on=today())
    return _decision_page(form, one)


@blueprint.post("/derogations/<uuid:identity>/decider")
@requires(Permission.POLICY_VALIDATE)
def decide(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Record what was decided of a request."""
    form = DecisionForm()
    return _kept(identity, form, Permission.POLICY_VALIDATE, lambda one: _decide(one, form), _decision_page)


def _decide(one: Derogation, form: DecisionForm) -> None:
    names = ("decided_by", "decided_as", "decided_on", "conditions", "reason")
    values = {name: form[name].data for name in names}
    if values["decided_on"] > today():
        raise RuleBroken("decided_on", N_("Une décision s’enregistre une fois prise : choisissez une date passée."))
    one.decide(Decision(DerogationStatus(form.status.data), **values), decision_level(one.level)["max_months"])


def _closure_page(form: ClosureForm, one: Derogation, conflict: bool = False) -> str:
    return render_template("policy/close.html", form=form, derogation=one, conflict=conflict)


@blueprint.get("/derogations/<uuid:identity>/clore")
@requires(Permission.POLICY_VALIDATE)
def start_closure(identity: uuid.UUID) -> str:
    """Why a derogation is over."""
    one = found(identity, Permission.POLICY_VALIDATE)
    return _closure_page(ClosureForm(revision=one.revision, closed_on=today()), one)


@blueprint.post("/derogations/<uuid:identity>/clore")
@requires(Permission.POLICY_VALIDATE)
def close(identity: uuid.UUID) -> Response | tuple[str, int]:
    """End a derogation."""
    form = ClosureForm()
    fill = lambda one: one.close(form.closure.data, form.closed_on.data)  # noqa: E731 -- one line, used once
    return _kept(identity, form, Permission.POLICY_VALIDATE, fill, _closure_page)
