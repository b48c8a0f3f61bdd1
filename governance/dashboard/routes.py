"""The start page, and the sign that the service lives."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template
from markupsafe import Markup
from sqlalchemy import text

from governance.dashboard import information, queries, steering
from governance.database import session
from governance.doors import public, requires, signed_in
from governance.visitor import Place, Visitor, visitor
from models.base import today
from models.permissions import Permission

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/")
@signed_in
def index() -> str:
    """What awaits her."""
    who = visitor()
    if not who.may(Permission.REGISTER_READ):
        return render_template(
            "dashboard/own.html",
            people=queries.people_figures(who, today()),
            posts=queries.positions_figures(who, today()),
            hirings=queries.hirings(who),
            policy=queries.policy_figures(who, today()),
            actions=queries.own_actions(who),
            charters=queries.charters_to_read(who),
            **_compared(who),
            today=today(),
        )
    complete, total = queries.complete(who)
    return render_template(
        "dashboard/index.html",
        figures=queries.figures(who, today()),
        software=queries.software(who, today()),
        posts=queries.positions_figures(who, today()),
        hirings=queries.hirings(who),
        policy=queries.policy_figures(who, today()),
        statuses=queries.by_status(who),
        information=information.information(who, today()),
        complete=complete,
        total=total,
        reviews=queries.next_reviews(who),
        to_confirm=queries.to_confirm(who) if not who.may(Permission.REGISTER_EDIT) else [],
        actions=queries.own_actions(who),
        charters=queries.charters_to_read(who),
        **_compared(who),
        today=today(),
    )


def _compared(who: Visitor) -> dict[str, Any]:
    """What the rooms say of the establishments that she sees, together, then for each where there are several."""
    places, day = shown_places(who), today()

    def compare() -> dict[str, Any]:
        blocks = steering.side_by_side(who, places, day, at_start=True)
        return {"places": places, "blocks": blocks, "compared": steering.at_a_glance(who, places, day)}

    return steering.remembered("start", who, places, day, compare)


def shown_places(who: Visitor) -> list[Place]:
    """The establishments that stand side by side: where she works now, else all that are hers."""
    return [who.establishment] if who.establishment else list(who.establishments)


@blueprint.get("/pilotage")
@requires(Permission.HOPEN_READ)
def board() -> str:
    """The establishments side by side: what is late and why, how the plan goes, figure by figure."""
    who = visitor()
    places = shown_places(who)
    drawn = steering.remembered("board", who, places, today(), lambda: _drawn(who, places))
    return render_template("dashboard/board.html", drawn=drawn)


def _drawn(who: Visitor, places: Sequence[Place]) -> Markup:
    """What of the page goes with the establishments, drawn anew only once something changed in them."""
    page = render_template(
        "dashboard/_board.html",
        places=places,
        blocks=steering.side_by_side(who, places, today()),
        points=steering.trend(who, today()),
        late=steering.late_objectives(who, today()),
    )
    return Markup(page)  # noqa: S704 -- our own template, escaped there


@blueprint.get("/sante")
@public
def health() -> tuple[str, int, dict[str, str]]:
    """200 when the database answers."""
    session.execute(text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
