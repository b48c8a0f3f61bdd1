"""The figures of the start page: each a question, counted within what the visitor may see."""

import datetime as dt
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, case, func, select

from governance.database import session
from governance.visitor import Visitor
from models.permissions import Permission
from models.register import shown
from models.register.activity import Activity
from models.register.words import Status


@dataclass(frozen=True)
class Figure:
    """A number, the question it answers, and the list that shows the same number."""

    value: int
    label: str
    url: str
    tone: str | None = None


def figures(who: Visitor, today: dt.date) -> list[Figure]:
    """The register's figures for those who read it; nothing for others. One query."""
    if not who.may(Permission.REGISTER_READ):
        return []
    live = Activity.status != Status.ARCHIVED
    questions = {one.key: one.rule(today) for one in shown.SHOWN}
    row = (
        session.execute(
            select(
                func.count().label("all"),
                *(_count(rule).label(key) for key, rule in questions.items()),
                _count(Activity.status == Status.VALIDATED).label("validated"),
            ).where(who.sees(Activity, Permission.REGISTER_READ), live)
        )
        .one()
        ._mapping
    )
    return [
        Figure(row["all"], _("Fiches au registre"), url_for("register.index")),
        Figure(row["validated"] or 0, _("Fiches validées"), url_for("register.index", etat="validated"), "ok"),
        *(
            Figure(row[one.key] or 0, _(one.title), url_for("register.index", montrer=one.key), one.tone)
            for one in shown.SHOWN
        ),
    ]


def _count(rule: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((rule, 1), else_=0))
