"""The doors of what the registers propose: their readings side by side with what was said, and the shares aimed at."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from governance import live
from governance.database import session
from governance.doors import requires
from governance.forms import Form, NumberField
from governance.hopen import operations, queries
from governance.hopen.blueprint import blueprint
from governance.visitor import Place, visitor
from models.base import today
from models.establishments import Establishment
from models.hopen.measures import Reading
from models.hopen.shown import base
from models.hopen.tracking import Step
from models.hopen.words import contradicts
from models.inventory.indicators import P34
from models.permissions import Permission

READ, EDIT = Permission.HOPEN_READ, Permission.HOPEN_EDIT

ROOMS = {
    "inventory": ("inventory.index", Permission.INVENTORY_READ),
    "register": ("register.index", Permission.REGISTER_READ),
    "charters": ("charters.index", Permission.CHARTERS_READ),
    "establishments": ("establishments.index", Permission.ESTABLISHMENTS_READ),
    "plan": ("plan.index", Permission.PLAN_READ),
    "positions": ("positions.index", Permission.POSITIONS_READ),
    "policy": ("policy.index", Permission.POLICY_READ),
    "risks": ("risks.index", Permission.RISKS_READ),
    "notices": ("notices.index", Permission.NOTICES_READ),
    "hopen": ("hopen.upkeeps", Permission.HOPEN_READ),
}
"""The room of a measure -> its list, and the right that opens it."""


def list_of(reading: Reading, home: Any) -> str | None:
    """The address of the list that shows what a measure counts, for those who may open it."""
    endpoint, needs = ROOMS[reading.measure.room]
    if not visitor().may(needs, home):
        return None
    query = f"{reading.measure.query}&" if reading.measure.query else ""
    return f"{url_for(endpoint)}?{query}etablissement={home.code}"


def chosen_place() -> Place:
    """The establishment that the address names, else the first that she reads; 404 when it is none of hers."""
    shown, wanted = queries.places_of(visitor()), request.values.get("etablissement", "")
    place = next((one for one in shown if one.code == wanted), shown[0] if shown else None)
    if place is None or (wanted and place.code != wanted):
        abort(404)
    return place


@blueprint.get("/propositions")
@requires(READ)
def proposals() -> str:
    """What the registers say of one establishment, beside what was said, action by action."""
    place = chosen_place()
    known = live.read([place.id], today())
    home = session.get_one(Establishment, place.id)
    codes = [code for _place, code in known.readings]
    query = base(Step.id).where(Step.establishment_id == place.id, Step.task_code.in_(codes))
    lines = queries.details(visitor(), list(session.scalars(query.order_by(queries.SORTS["action"]))))
    return render_template(
        "hopen/proposals.html",
        place=place,
        places=queries.places_of(visitor()),
        lines=[(one.step, _told(known, one.step, home), known.proposal(one.step)) for one in lines.values()],
        contradicts=contradicts,
        keeps=place in visitor().places(EDIT),
        targets={code: percent for (_place, code), percent in live.targets([place.id]).items()},
    )


def _told(known: live.Live, step: Step, home: Establishment) -> list[tuple[Reading, str | None]]:
    return [(one, list_of(one, home)) for one in known.of(step)]


class TargetsForm(Form):
    """The share aimed at for each indicator; the field of an indicator bears its code."""


def _targets_form() -> Any:
    fields = {
        _field(code): NumberField(lazy_gettext("%(code)s, en %%", code=code), least=1, most=100)
        for code in live.SHARES
        if code != P34.code
    }
    return type("ShownTargets", (TargetsForm,), fields)


def _field(code: str) -> str:
    return code.replace(".", "_").lower()


@blueprint.get("/seuils")
@requires(EDIT)
def edit_targets() -> str:
    """The form of the shares aimed at."""
    place = _kept_place()
    held = live.targets([place.id])
    return _targets_page(
        place, _targets_form()(formdata=None, data={_field(code): held[place.id, code] for code in live.SHARES})
    )


def _kept_place() -> Place:
    place = chosen_place()
    return place if place in visitor().places(EDIT) else abort(403)


def _targets_page(place: Place, form: Any) -> str:
    return render_template(
        "hopen/targets.html", place=place, form=form, p34=live.targets([place.id])[place.id, P34.code]
    )


@blueprint.post("/seuils")
@requires(EDIT)
def aim() -> Response | tuple[str, int]:
    """Set the shares aimed at."""
    place, form = _kept_place(), _targets_form()()
    if not form.sent():
        return _targets_page(place, form), 422
    home = session.scalars(select(Establishment).where(Establishment.id == place.id)).one()
    operations.aim(home, {code: form[_field(code)].data for code in live.SHARES if code != P34.code})
    flash(_("Les seuils sont enregistrés."), "success")
    return redirect(url_for("hopen.proposals", etablissement=place.code), 303)
