"""The start page, and the sign that the service lives."""

from flask import Blueprint, render_template
from sqlalchemy import text

from governance.dashboard import queries
from governance.database import session
from governance.doors import public, signed_in
from governance.visitor import visitor
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
            actions=queries.own_actions(who),
            charters=queries.charters_to_read(who),
            today=today(),
        )
    complete, total = queries.complete(who)
    return render_template(
        "dashboard/index.html",
        figures=queries.figures(who, today()),
        software=queries.software(who, today()),
        statuses=queries.by_status(who),
        complete=complete,
        total=total,
        reviews=queries.next_reviews(who),
        to_confirm=queries.to_confirm(who) if not who.may(Permission.REGISTER_EDIT) else [],
        actions=queries.own_actions(who),
        charters=queries.charters_to_read(who),
        today=today(),
    )


@blueprint.get("/sante")
@public
def health() -> tuple[str, int, dict[str, str]]:
    """200 when the database answers."""
    session.execute(text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
