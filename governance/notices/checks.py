"""« Do patients receive it? »: the checks, their rate over time, and what is done about it."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.forms import DayField, NumberField, PlacedForm, apply, identity, paragraph, text, word
from governance.lists import paged
from governance.notices.blueprint import blueprint
from governance.places import departments_of, home
from governance.raised import raised
from governance.uploads import shelf
from governance.visitor import Visitor, load, visitor
from models.base import today
from models.notices.check import InformationCheck
from models.notices.tool import InformationTool
from models.notices.words import CheckMethod
from models.permissions import Permission
from models.search import matching
from models.shares import percent
from seed.notices import model

READ, CHECK = Permission.NOTICES_READ, Permission.NOTICES_CHECK
Page = str | tuple[str, int] | Response
SORTS = {
    "faite": InformationCheck.checked_on,
    "methode": InformationCheck.method,
    "taux": InformationCheck.informed * 100 / InformationCheck.asked,
}
MOST = 1_000_000


def tool_choices(establishment_id: uuid.UUID) -> list[tuple[str, str]]:
    """The tools of an establishment."""
    query = select(InformationTool.id, InformationTool.title).where(
        InformationTool.establishment_id == establishment_id
    )
    return [(str(row.id), row.title) for row in session.execute(query.order_by(InformationTool.title))]


class CheckForm(PlacedForm):
    """What was counted, by whom, where."""

    offered: ClassVar[dict[str, Any]] = {"tool_id": tool_choices, "department_id": departments_of}

    method = word(lazy_gettext("Méthode"), CheckMethod, required=True)
    tool_id = identity(lazy_gettext("Support vérifié"), list)
    department_id = identity(lazy_gettext("Service"), list)
    checked_on = DayField(lazy_gettext("Faite le"), required=True)
    checked_by = text(lazy_gettext("Faite par"), required=True)
    asked = NumberField(
        lazy_gettext("Patients interrogés, admissions ou emplacements prévus"), least=1, most=MOST, required=True
    )
    informed = NumberField(
        lazy_gettext("Patients informés, remises tracées ou emplacements conformes"), most=MOST, required=True
    )
    aware = NumberField(lazy_gettext("Savent qu’ils peuvent s’opposer, et à qui le dire"), most=MOST)
    declined = NumberField(
        lazy_gettext("Refus ou entretiens impossibles"),
        most=MOST,
        description=lazy_gettext("Comptés à part : jamais comme informés."),
    )
    observations = paragraph(
        lazy_gettext("Ce qui a été constaté"),
        limit=4000,
        description=lazy_gettext("Aucun nom de patient, aucune information de santé."),
    )
    follow_up = paragraph(lazy_gettext("Suites données"), limit=4000, rows=2)


FIELDS = (
    "method", "tool_id", "department_id", "checked_on", "checked_by", "asked", "informed", "aware", "observations",
    "follow_up",
)  # fmt: skip


# The list and its picture


@dataclass(frozen=True)
class Period:
    """The checks of a method in one month, added up: the rate is never a mean of rates."""

    label: str
    asked: int
    informed: int

    @property
    def rate(self) -> int:
        return percent(self.informed, self.asked)


def _kept(args: Any) -> Iterator[ColumnElement[bool]]:
    if typed := args.get("q", "").strip():
        yield matching(InformationCheck.words, typed[:200])
    if args.get("methode") in CheckMethod.__members__.values():
        yield InformationCheck.method == CheckMethod(args["methode"])


def rates(who: Visitor, method: CheckMethod) -> list[Period]:
    """The rate of a method, day by day of check, the oldest first. One query."""
    rows = session.execute(
        select(InformationCheck.checked_on, func.sum(InformationCheck.asked), func.sum(InformationCheck.informed))
        .where(who.sees(InformationCheck, READ), InformationCheck.method == method)
        .group_by(InformationCheck.checked_on)
        .order_by(InformationCheck.checked_on.desc())
        .limit(60)
    ).all()
    return _by_month([(row[0], int(row[1]), int(row[2])) for row in reversed(rows)])


def _by_month(rows: Sequence[tuple[dt.date, int, int]]) -> list[Period]:
    found: dict[str, tuple[int, int]] = {}
    for day, asked, informed in rows:
        before = found.get(f"{day:%m/%Y}", (0, 0))
        found[f"{day:%m/%Y}"] = (before[0] + asked, before[1] + informed)
    return [Period(label, *counts) for label, counts in found.items()]


def _lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, InformationCheck]:
    query = select(InformationCheck).options(
        joinedload(InformationCheck.establishment),
        joinedload(InformationCheck.department),
        joinedload(InformationCheck.tool),
    )
    return {one.id: one for one in session.scalars(query.where(InformationCheck.id.in_(ids)))}


@blueprint.get("/verifications")
@requires(READ)
def verifications() -> str:
    """The checks made, and the rate of each method over time."""
    who = visitor()
    ids = select(InformationCheck.id).where(who.sees(InformationCheck, READ), *_kept(request.args))
    return render_template(
        "notices/checks.html",
        page=paged(ids, SORTS, "-faite", details=_lines),
        methods=CheckMethod,
        rates={method: rates(who, method) for method in CheckMethod},
        level=level,
    )


def level(rate: int) -> tuple[str, str]:
    """(tone, words) of a rate, by the thresholds that the model proposes."""
    found = next(row for row in model()["reception_checks"]["levels"] if rate >= 100 * row["min_rate"])
    return {"satisfactory": "ok", "to_improve": "warn", "insufficient": "alert"}[found["code"]], found["label_fr"]


@blueprint.get("/verifications/<uuid:identity>")
@requires(READ)
def verification(identity: uuid.UUID) -> str:
    """One check: what was counted, what it calls for, what proves it."""
    found = load(InformationCheck, identity, READ)
    advice = next(row for row in model()["reception_checks"]["levels"] if found.rate >= 100 * row["min_rate"])
    return render_template(
        "notices/check.html", check=found, level=level, advice=advice, raised=raised(found), pieces=shelf(found)
    )


# Recording


@blueprint.get("/verifications/nouvelle")
@requires(CHECK)
def start_check() -> str:
    """The form of a check, with the questions of the short interview beside it."""
    place, method = home(CHECK), CheckMethod.INTERVIEWS
    form = CheckForm(place.id if place else None, checked_on=today(), checked_by=visitor().name, method=method)
    asked = request.args.get("support", "")
    form.tool_id.data = asked if asked in dict(form.tool_id.listed()) else None
    return _page(None, form)


@blueprint.post("/verifications/nouvelle")
@requires(CHECK)
def create_check() -> Page:
    """Record a check; the next one of its tool is counted from it."""
    place = home(CHECK) or abort(404)
    form = CheckForm(place.id)
    made = InformationCheck(establishment_id=place.id)
    if not form.sent() or not apply(form, lambda: _fill(made, form)):
        return _page(None, form), 422
    session.add(made)
    session.flush()
    _count_next(made)
    return _recorded(made)


def _fill(made: InformationCheck, form: CheckForm) -> None:
    for name in FIELDS:
        setattr(made, name, form[name].data)
    made.declined = form.declined.data or 0
    made.check(today())


def _count_next(made: InformationCheck) -> None:
    tool = session.get(InformationTool, made.tool_id) if made.tool_id else None
    if tool is not None:
        tool.checked(made.checked_on)


def _recorded(made: InformationCheck) -> Response:
    flash(_("La vérification est enregistrée : %(rate)s %%.", rate=made.rate), "success")
    return redirect(url_for("notices.verification", identity=made.id), 303)


@blueprint.get("/verifications/<uuid:identity>/modifier")
@requires(CHECK)
def edit_check(identity: uuid.UUID) -> str:
    """The form of a check made."""
    found = load(InformationCheck, identity, CHECK)
    return _page(found, CheckForm(found.establishment_id, formdata=None, obj=found))


@blueprint.post("/verifications/<uuid:identity>/modifier")
@requires(CHECK)
def save_check(identity: uuid.UUID) -> Page:
    """Keep what was typed of a check; the journal keeps what it was."""
    found = load(InformationCheck, identity, CHECK)
    form = CheckForm(found.establishment_id)
    with session.no_autoflush:
        ready = form.sent() and apply(form, lambda: _fill(found, form))
    if not ready:
        session.rollback()
        return _page(load(InformationCheck, identity, CHECK), form), 422
    return _recorded(found)


def _page(found: InformationCheck | None, form: CheckForm) -> str:
    return render_template(
        "notices/edit_check.html",
        check=found,
        form=form,
        home=home(CHECK),
        places=visitor().places(CHECK),
        interview=model()["reception_checks"],
    )
