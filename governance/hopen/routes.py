"""The main doors of HOP’EN: the overview, the list of actions, an indicator, and the beginning of the tracking."""

import datetime as dt
import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.hopen import coverage, operations, queries
from governance.hopen.blueprint import blueprint
from governance.hopen.coverage import about_plan
from governance.lists import paged
from governance.live import late_objectives
from governance.remembered import as_she_sees
from governance.terms import terms
from governance.visitor import Place, Visitor, refuse, visitor
from models.base import today
from models.establishments import Establishment
from models.hopen.prerequisites import Indicator
from models.hopen.words import Difficulty, Reach, StepState
from models.journal import GROUP_CHAIN
from models.permissions import Permission

MOST_LATE = 8
"""How many late objectives the overview tells; the list tells them all."""


@blueprint.get("/")
@requires(Permission.HOPEN_READ)
def index() -> str:
    """Where each establishment stands on the fifteen indicators, what is late, what lacks its proof."""
    who, day = visitor(), today()
    told = as_she_sees(who, ("HOP’EN", day), queries.places_of(who), lambda: _told(who, day), also=[GROUP_CHAIN])
    return render_template("hopen/index.html", **told)


def _told(who: Visitor, day: dt.date) -> dict[str, Any]:
    """What of the page goes with the establishments, counted and drawn anew only once something changed in them."""
    shown, known = queries.overview(who, day), queries.live_of(who, day)
    grid = render_template("hopen/_grid.html", shown=shown, indicators=queries.indicators(), reaches=Reach)
    return {
        "to_begin": _to_begin(shown),
        "followed": len(shown.followed),
        "whole": shown.together(),
        "counts": queries.counts(who, day, known),
        "questions": queries.QUESTIONS,
        "late": late_objectives(who, day, MOST_LATE, known),
        "late_count": queries.count_late_objectives(who, day),
        "grid": Markup(grid),  # noqa: S704 -- our own template, escaped there
        "states": StepState,
        "today": day,
    }


def _to_begin(shown: queries.Overview) -> list[Place]:
    """The establishments whose tracking she keeps, where she works now, and that is not begun."""
    kept, followed = set(visitor().places(Permission.HOPEN_EDIT)), set(shown.followed)
    return [one for one in shown.places if one in kept and one not in followed]


@blueprint.post("/commencer/<uuid:identity>")
@requires(Permission.HOPEN_EDIT)
def begin(identity: uuid.UUID) -> Response:
    """Begin the tracking of an establishment: every objective and action of the plan, still to do."""
    home = session.get(Establishment, identity)
    if home is None or all(place.id != home.id for place in visitor().places(Permission.HOPEN_READ)):
        abort(404)
    if not visitor().may(Permission.HOPEN_EDIT, home):
        refuse()
    added = operations.begin(home)
    flash(ngettext("Une action est suivie de plus.", "%(num)d actions sont suivies de plus.", added), "success")
    return redirect(url_for("hopen.index"), 303)


@blueprint.get("/actions")
@requires(Permission.HOPEN_READ)
def steps() -> str:
    """The list of actions: filtered, sorted and paged by the address."""
    who = visitor()
    ids = queries.listed(who, request.args, today())
    page = paged(ids, queries.SORTS, "action", lambda found: queries.details(who, found))
    return render_template(
        "hopen/steps.html",
        page=page,
        today=today(),
        states=StepState,
        difficulties=Difficulty,
        questions=queries.QUESTIONS,
        indicators=queries.indicators(),
        actors=terms().choices("hopen_actors"),
        places=queries.places_of(who),
    )


@blueprint.get("/objectifs")
@requires(Permission.HOPEN_READ)
def objectives() -> str:
    """The list of objectives: their window and how far they are."""
    ids = queries.objectives(visitor(), request.args, today())
    page = paged(ids, queries.OBJECTIVE_SORTS, "objectif", queries.objective_details)
    return render_template(
        "hopen/objectives.html",
        page=page,
        about=about_plan(),
        today=today(),
        indicators=queries.indicators(),
        places=queries.places_of(visitor()),
    )


@blueprint.get("/indicateurs/<string(maxlength=10):code>")
@requires(Permission.HOPEN_READ)
def indicator(code: str) -> str:
    """One indicator in one establishment: what it measures, its objectives, their actions."""
    found = session.get(Indicator, code) or abort(404)
    shown = queries.places_of(visitor())
    wanted = request.args.get("etablissement", "")
    place = next((one for one in shown if one.code == wanted), shown[0] if shown else None)
    if place is None or (wanted and place.code != wanted):
        abort(404)
    return render_template(
        "hopen/indicator.html",
        indicator=found,
        place=place,
        places=shown,
        pursuits=queries.pursuits(place.id, code),
        served=coverage.served_by(code),
        about=about_plan(),
        today=today(),
        keeps=place in visitor().places(Permission.HOPEN_EDIT),
    )
