"""The start page, and the sign that the service lives."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template
from markupsafe import Markup
from sqlalchemy import text

from governance.dashboard import information, queries, steering
from governance.dashboard.order import order_of
from governance.dashboard.trends import OWN, trends
from governance.database import session
from governance.doors import public, requires, signed_in
from governance.live import late_objectives
from governance.remembered import as_she_sees
from governance.visitor import Place, Visitor, visitor
from models.base import today
from models.journal import GROUP_CHAIN
from models.permissions import Permission

blueprint = Blueprint("dashboard", __name__)

MOST_LATE = 6
"""How many late objectives stand on the board; their list tells them all."""


@blueprint.get("/")
@signed_in
def index() -> str:
    """What awaits her, then what her role answers for."""
    who, day = visitor(), today()
    return render_template(
        "dashboard/index.html",
        order=order_of({grant.role for grant in who.grants}),
        actions=queries.own_actions(who),
        charters=queries.charters_to_read(who),
        to_confirm=[] if who.may(Permission.REGISTER_EDIT) else queries.to_confirm(who),
        hirings=queries.hirings(who),
        register=queries.register(who, day),
        information=information.information(who, day),
        software=queries.software(who, day),
        policy=queries.policy(who, day),
        posts=queries.positions_figures(who, day),
        people=queries.people_figures(who, day),
        **_own(who),
        **_compared(who),
        today=day,
    )


def _own(who: Visitor) -> dict[str, Any]:
    """What of the page is her own affair; who keeps a register has the figures of her rooms instead."""
    if who.may(Permission.REGISTER_READ):
        return {}
    return {"own": queries.own_figures(who), "own_trends": trends(who, today(), asked=OWN)}


def _compared(who: Visitor) -> dict[str, Any]:
    """What the rooms say of the establishments that she sees, together, then for each where there are several."""
    places, day = shown_places(who), today()

    def compare() -> dict[str, Any]:
        return {
            "places": places,
            "blocks": steering.at_start(who, places, day),
            "compared": steering.at_a_glance(who, places, day),
            "trends": trends(who, day),
        }

    return as_she_sees(who, ("start", day), places, compare, also=[GROUP_CHAIN])


def shown_places(who: Visitor) -> list[Place]:
    """The establishments that stand side by side: where she works now, else all that are hers."""
    return [who.establishment] if who.establishment else list(who.establishments)


@blueprint.get("/pilotage")
@requires(Permission.HOPEN_READ)
def board() -> str:
    """The establishments side by side: what is late and why, how the plan goes, figure by figure."""
    who = visitor()
    places = shown_places(who)
    drawn = as_she_sees(who, ("board", today()), places, lambda: _drawn(who, places), also=[GROUP_CHAIN])
    return render_template("dashboard/board.html", drawn=drawn)


def _drawn(who: Visitor, places: Sequence[Place]) -> Markup:
    """What of the page goes with the establishments, drawn anew only once something changed in them."""
    page = render_template(
        "dashboard/_board.html",
        places=places,
        blocks=steering.side_by_side(who, places, today()),
        trend=trends(who, today(), "hopen").get("hopen"),
        late=late_objectives(who, today(), MOST_LATE),
        today=today(),
    )
    return Markup(page)  # noqa: S704 -- our own template, escaped there


@blueprint.get("/sante")
@public
def health() -> tuple[str, int, dict[str, str]]:
    """200 when the database answers."""
    session.execute(text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
