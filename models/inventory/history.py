"""What the rate of P3.4 was, from dated assessments: applications that held health data and were in service then."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, case, func, or_

from models.inventory.application import Application
from models.inventory.assessment import Assessment
from models.inventory.words import Status
from models.spans import spans


def _begun() -> Any:
    """SQL: the day from which an application counts: that of its entry in production, else in the inventory."""
    return func.coalesce(Application.in_production_on, func.date(Application.created_at, type_=Date))


def _in_scope() -> ColumnElement[bool]:
    return and_(Application.holds_health_data.is_(True), Application.status != Status.PROJECT)


def lives(ends: list[dt.date]) -> Select[Any]:
    """The spans of the applications counted. Whether one holds health data is as said now."""
    return spans(_begun(), Application.retired_on, ends).where(_in_scope())


def compliances(ends: list[dt.date]) -> Select[Any]:
    """The spans during which their current assessment said that they comply."""
    begin = case((Assessment.assessed_on >= _begun(), Assessment.assessed_on), else_=_begun())
    earlier = or_(Assessment.replaced_on.is_(None), Application.retired_on < Assessment.replaced_on)
    end = case((earlier, Application.retired_on), else_=Assessment.replaced_on)
    return (
        spans(begin, end, ends)
        .select_from(Assessment)
        .join(Application, Application.id == Assessment.application_id)
        .where(_in_scope(), Assessment.core_met.is_(True))
    )
