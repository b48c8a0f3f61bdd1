"""The doors of the indicators: P3.4 and the rates that the same inventory answers, each led to its list."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from governance import places
from governance.database import session
from governance.doors import requires
from governance.forms import Form, NumberField
from governance.inventory import figures
from governance.inventory.blueprint import blueprint
from governance.visitor import visitor
from models.base import today
from models.inventory.criteria import CORE
from models.inventory.indicators import P34, SHOWN
from models.inventory.target import IndicatorTarget
from models.permissions import Permission
from models.wording import of


class TargetForm(Form):
    """What an establishment aims at."""

    percent = NumberField(lazy_gettext("Cible, en %"), least=1, most=100, required=True)


@blueprint.get("/indicateurs")
@requires(Permission.INVENTORY_READ)
def indicators() -> str:
    """P3.4 live and its trend, what surrounds it, and the other rates; by establishment and together."""
    return render_template("inventory/indicators.html", **_told(), form=TargetForm())


def _told() -> dict[str, Any]:
    who, day = visitor(), today()
    each = figures.standings(who, day)
    whole = each[0] if len(each) == 1 else figures.together(each, _("Ensemble"))
    live = whole.rates[P34.code]
    points = figures.trend(who, day)
    points[-1] = figures.Point(day, live.met, live.counted)
    return {
        "whole": whole,
        "each": each,
        "main": P34,
        "rate": live,
        "questions": SHOWN,
        "points": [(f"{point.on:%m/%Y}", point.percent) for point in points],
        "history": points,
        "core": CORE,
        "aimed": places.home(Permission.INVENTORY_DECIDE),
    }


@blueprint.post("/indicateurs/cible")
@requires(Permission.INVENTORY_DECIDE)
def aim() -> Response | tuple[str, int]:
    """Set what the establishment aims at for P3.4."""
    form, home = TargetForm(), places.home(Permission.INVENTORY_DECIDE)
    if not form.sent() or home is None:
        return render_template("inventory/indicators.html", **_told(), form=form), 422
    query = select(IndicatorTarget).where(
        IndicatorTarget.establishment_id == home.id, IndicatorTarget.indicator == P34.code
    )
    target = session.scalar(query) or IndicatorTarget(establishment_id=home.id, indicator=P34.code)
    target.percent = form.percent.data
    session.add(target)
    flash(_("La cible %(of_place)s est de %(percent)s %%.", of_place=of(home.name), percent=target.percent), "success")
    return redirect(url_for("inventory.indicators"), 303)
