"""The plan in time: its month, its bars, and the file that a diary takes."""

import calendar as months
import datetime as dt
from dataclasses import dataclass
from io import BytesIO

from flask import render_template, request, send_file
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from exports import calendar as documents
from governance import mail
from governance.database import reading, session
from governance.doors import requires
from governance.plan import queries
from governance.plan.blueprint import blueprint
from governance.visitor import visitor
from models.base import day_of, now, today
from models.permissions import Permission
from models.plan import OPEN, Action

MOST = 300
"""How many actions a month or the bars show; the list shows the rest."""
BEFORE, AFTER = dt.timedelta(days=60), dt.timedelta(days=180)
"""The stretch that the bars cover around today."""


def asked_month() -> dt.date:
    """The first day of the month that the address names, else of this one."""
    try:
        return dt.date.fromisoformat(f"{request.args.get('mois', '')[:7]}-01")
    except ValueError:
        return today().replace(day=1)


@blueprint.get("/calendrier")
@requires(Permission.PLAN_READ)
def calendar() -> str:
    """The open actions of a month, day by day."""
    first = asked_month()
    last = first.replace(day=months.monthrange(first.year, first.month)[1])
    due = and_(queries.readable(visitor()), Action.state.in_(OPEN), Action.due_on.between(first, last))
    total = session.scalar(select(func.count()).select_from(Action).where(due)) or 0
    found: dict[dt.date, list[Action]] = {}
    for one in session.scalars(select(Action).where(due).order_by(Action.due_on, Action.title).limit(MOST)):
        found.setdefault(one.due_on or first, []).append(one)
    return render_template(
        "plan/calendar.html",
        weeks=months.Calendar().monthdatescalendar(first.year, first.month),
        first=first,
        before=first - dt.timedelta(days=1),
        after=last + dt.timedelta(days=1),
        last=last,
        found=found,
        total=total,
        most=MOST,
        today=today(),
    )


@dataclass(frozen=True)
class Bar:
    """An action between two days, in percents of the stretch shown."""

    action: Action
    left: float
    width: float


@blueprint.get("/frise")
@requires(Permission.PLAN_READ)
def timeline() -> str:
    """The open actions as bars, from the day they began (or were raised) to the day they are due."""
    day = today()
    first, last = day - BEFORE, day + AFTER
    due = and_(
        queries.readable(visitor()),
        Action.state.in_(OPEN),
        Action.due_on >= first,
        or_(Action.started_on.is_(None), Action.started_on <= last),
        Action.due_on <= last,
    )
    rows = select(Action).options(joinedload(Action.establishment)).where(due)
    found = session.scalars(rows.order_by(Action.due_on, Action.title).limit(MOST)).all()
    total = session.scalar(select(func.count()).select_from(Action).where(due)) or 0
    return render_template(
        "plan/timeline.html",
        bars=[_bar(one, first, last) for one in found],
        marks=[(_share(mark, first, last), f"{mark:%m/%Y}") for mark in _months(first, last)],
        now=_share(day, first, last),
        total=total,
        most=MOST,
        today=day,
    )


def _bar(action: Action, first: dt.date, last: dt.date) -> Bar:
    begun = max(action.started_on or day_of(action.created_at), first)
    due = action.due_on or last
    left = _share(min(begun, due), first, last)
    return Bar(action, left, max(1.0, round(_share(due, first, last) - left, 2)))


def _share(on: dt.date, first: dt.date, last: dt.date) -> float:
    return round(100 * (on - first).days / (last - first).days, 2)


def _months(first: dt.date, last: dt.date) -> list[dt.date]:
    """The first day of each month of a stretch."""
    found, mark = [], (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    while mark <= last:
        found.append(mark)
        mark = (mark + dt.timedelta(days=32)).replace(day=1)
    return found


@blueprint.post("/echeances.ics")
@requires(Permission.PLAN_OWN)
def diary() -> Response:
    """Her own open actions that have a day, as a file for her diary."""
    with reading():
        who = visitor()
        dues = [_due(one) for one in queries.own(who) if one.due_on]
        content = BytesIO(documents.feed(dues, now()))
    return send_file(content, mimetype="text/calendar", as_attachment=True, download_name="echeances.ics")


def _due(action: Action) -> documents.Due:
    url = mail.link("plan.show", identity=action.id)
    return documents.Due(str(action.id), action.due_on or today(), action.title, url, action.establishment.name)
