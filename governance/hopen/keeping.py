"""The doors by which the group keeps requirements and bridges: added, changed, taken out, brought back."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response
from wtforms import HiddenField

from governance.database import session
from governance.doors import requires
from governance.editing import clash, is_overtaken
from governance.forms import Form, ListedField, apply, paragraph, text, word
from governance.hopen import bridges
from governance.hopen.blueprint import blueprint
from governance.visitor import refuse
from models.base import today
from models.hopen.bridges import Bearing, Bridge, Kept, Requirement, Scheme
from models.hopen.prerequisites import Indicator, Objective
from models.permissions import Permission
from models.register.words import Confidence
from models.rules import RuleBroken
from models.vocabulary import N_

EDIT = Permission.HOPEN_EDIT
Answer = Response | tuple[str, int]
TWICE = N_("Cette exigence existe déjà sous cette référence ; si elle a été retirée, rétablissez-la.")
BRIDGED = N_("Cette passerelle existe déjà ; si elle a été retirée, rétablissez-la.")


class KeptForm(Form):
    """How well founded a line is, and what there is to know of it."""

    source = paragraph(lazy_gettext("Source"), limit=1000, rows=2, required=True)
    confidence = word(lazy_gettext("Fiabilité"), Confidence, required=True)
    note = paragraph(lazy_gettext("Précisions"), limit=4000)
    revision = HiddenField()


class RequirementForm(KeptForm):
    """One thing that a scheme requires."""

    reference = text(
        lazy_gettext("Référence"),
        required=True,
        description=lazy_gettext("Le numéro du critère ou de la mesure, tel que le texte le donne."),
    )
    title = text(lazy_gettext("Exigence"), required=True)


class BridgeForm(KeptForm):
    """What of the plan bears on a requirement, and how."""

    plan_code = ListedField(lazy_gettext("Indicateur ou objectif du plan"), lambda: _plan_choices(), required=True)
    bearing = word(lazy_gettext("Portée"), Bearing, required=True)


def _plan_choices() -> list[tuple[str, str]]:
    """Each indicator followed by its objectives; one query."""
    query = select(Indicator.code, Indicator.title, Objective.code, Objective.title).join(Objective)
    found: dict[str, str] = {}
    for code, title, objective, aim in session.execute(query.order_by(Indicator.position, Objective.position)):
        found |= {code: f"{code} {title}", objective: f"{objective} {aim}"}
    return list(found.items())


def _check_keeps() -> None:
    """Requirements and bridges are common to the group: who keeps the plan of one hospital only reads them."""
    if not bridges.keeps():
        refuse()


def _kept_requirement(identity: uuid.UUID) -> Requirement:
    found = bridges.found_requirement(identity)
    _check_keeps()
    return found


def _kept_bridge(identity: uuid.UUID, bridge_id: uuid.UUID) -> Bridge:
    found = _kept_requirement(identity)
    return next((one for one in found.bridges if one.id == bridge_id), None) or abort(404)


def _fill(line: Kept, form: KeptForm, names: tuple[str, ...], refusal: RuleBroken) -> None:
    """Lay what was typed on a line and keep it. Raises `refusal` when there is such a line already."""
    with session.no_autoflush:
        for name in (*names, "source", "confidence", "note"):
            setattr(line, name, form[name].data)
    _keep(line, refusal)


def _keep(line: Kept, refusal: RuleBroken) -> None:
    try:
        with session.begin_nested():
            session.add(line)
            session.flush()
    except IntegrityError:
        raise refusal from None


# Requirements


@blueprint.get("/passerelles/<string(maxlength=20):code>/nouvelle")
@requires(EDIT)
def start_requirement(code: str) -> str:
    """The form of a requirement that the catalogue does not know."""
    scheme = session.get(Scheme, code) or abort(404)
    _check_keeps()
    return _requirement_page(RequirementForm(formdata=None, data={"confidence": Confidence.STATED}), scheme)


def _requirement_page(form: RequirementForm, scheme: Scheme, found: Requirement | None = None, **more: Any) -> str:
    return render_template("hopen/edit_requirement.html", form=form, scheme=scheme, requirement=found, **more)


@blueprint.post("/passerelles/<string(maxlength=20):code>/nouvelle")
@requires(EDIT)
def create_requirement(code: str) -> Answer:
    """Add a requirement to a scheme."""
    scheme = session.get(Scheme, code) or abort(404)
    _check_keeps()
    form = RequirementForm()
    last = session.scalar(select(func.max(Requirement.position)).where(Requirement.scheme_code == code))
    made = Requirement(scheme=scheme, position=0 if last is None else last + 1)
    if not form.sent() or not apply(form, lambda: _fill_requirement(made, form)):
        return _requirement_page(form, scheme), 422
    flash(_("L’exigence est ajoutée : dites maintenant ce qui, dans le plan, y mène."), "success")
    return _back(made.id)


def _fill_requirement(line: Requirement, form: RequirementForm) -> None:
    _fill(line, form, ("reference", "title"), RuleBroken("reference", TWICE))


def _back(identity: uuid.UUID) -> Response:
    return redirect(url_for("hopen.requirement", identity=identity), 303)


@blueprint.get("/passerelles/exigences/<uuid:identity>/modifier")
@requires(EDIT)
def edit_requirement(identity: uuid.UUID) -> str:
    """The form of a requirement."""
    found = _kept_requirement(identity)
    return _requirement_page(RequirementForm(formdata=None, obj=found), found.scheme, found)


@blueprint.post("/passerelles/exigences/<uuid:identity>/modifier")
@requires(EDIT)
def save_requirement(identity: uuid.UUID) -> Answer:
    """Keep what was typed of a requirement, unless a colleague saved it meanwhile."""
    found, form = _kept_requirement(identity), RequirementForm()
    if form.sent() and is_overtaken(form, found):
        kept = RequirementForm(formdata=None, obj=found)
        return _requirement_page(form, found.scheme, found, conflict=clash(found, kept, form)), 409
    if not form.sent() or not apply(form, lambda: _fill_requirement(found, form)):
        return _requirement_page(form, found.scheme, found), 422
    flash(_("C’est enregistré."), "success")
    return _back(identity)


@blueprint.post("/passerelles/exigences/<uuid:identity>/retirer")
@requires(EDIT)
def remove_requirement(identity: uuid.UUID) -> Response:
    """Take a requirement out of the count, or bring it back; its bridges stay as they are."""
    return _turn(_kept_requirement(identity), identity)


def _turn(line: Kept, identity: uuid.UUID) -> Response:
    line.removed_on = None if line.removed_on else today()
    told = _("C’est retiré : rien n’est perdu, vous pouvez le rétablir.") if line.removed_on else _("C’est rétabli.")
    flash(told, "success")
    return _back(identity)


# Bridges


@blueprint.get("/passerelles/exigences/<uuid:identity>/passerelle")
@requires(EDIT)
def start_bridge(identity: uuid.UUID) -> str:
    """The form of a bridge to a requirement."""
    found = _kept_requirement(identity)
    return _bridge_page(BridgeForm(formdata=None, data={"confidence": Confidence.STATED}), found)


def _bridge_page(form: BridgeForm, requirement: Requirement, found: Bridge | None = None, **more: Any) -> str:
    return render_template(
        "hopen/edit_bridge.html", form=form, requirement=requirement, bridge=found, bearings=Bearing, **more
    )


@blueprint.post("/passerelles/exigences/<uuid:identity>/passerelle")
@requires(EDIT)
def create_bridge(identity: uuid.UUID) -> Answer:
    """Lead from an indicator or an objective to a requirement."""
    found, form = _kept_requirement(identity), BridgeForm()
    if not form.sent():
        return _bridge_page(form, found), 422
    made = Bridge(requirement_id=found.id)
    if not apply(form, lambda: _fill_bridge(made, form)):
        return _bridge_page(form, found), 422
    flash(_("La passerelle est ajoutée."), "success")
    return _back(identity)


def _fill_bridge(line: Bridge, form: BridgeForm) -> None:
    with session.no_autoflush:
        line.lead_from(str(form.plan_code.data))
    _fill(line, form, ("bearing",), RuleBroken("plan_code", BRIDGED))


@blueprint.get("/passerelles/exigences/<uuid:identity>/passerelles/<uuid:bridge_id>/modifier")
@requires(EDIT)
def edit_bridge(identity: uuid.UUID, bridge_id: uuid.UUID) -> str:
    """The form of a bridge."""
    found = _kept_bridge(identity, bridge_id)
    return _bridge_page(BridgeForm(formdata=None, obj=found), found.requirement, found)


@blueprint.post("/passerelles/exigences/<uuid:identity>/passerelles/<uuid:bridge_id>/modifier")
@requires(EDIT)
def save_bridge(identity: uuid.UUID, bridge_id: uuid.UUID) -> Answer:
    """Keep what was typed of a bridge, unless a colleague saved it meanwhile."""
    found, form = _kept_bridge(identity, bridge_id), BridgeForm()
    if form.sent() and is_overtaken(form, found):
        kept = BridgeForm(formdata=None, obj=found)
        return _bridge_page(form, found.requirement, found, conflict=clash(found, kept, form)), 409
    if not form.sent() or not apply(form, lambda: _fill_bridge(found, form)):
        return _bridge_page(form, found.requirement, found), 422
    flash(_("C’est enregistré."), "success")
    return _back(identity)


@blueprint.post("/passerelles/exigences/<uuid:identity>/passerelles/<uuid:bridge_id>/retirer")
@requires(EDIT)
def remove_bridge(identity: uuid.UUID, bridge_id: uuid.UUID) -> Response:
    """Take a bridge away, or bring it back."""
    return _turn(_kept_bridge(identity, bridge_id), identity)
