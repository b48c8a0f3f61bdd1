"""What the rate of P3.4 was, from dated assessments: applications that held health data and were in service then."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_

from models.inventory.application import Application
from models.inventory.assessment import Assessment
from models.inventory.words import Status
from models.spans import by, spans


def _begun(day: dt.date) -> ColumnElement[bool]:
    """SQL: an application counts from its entry in production, else in the inventory."""
    undated = and_(Application.in_production_on.is_(None), by(Application.created_at)(day))
    return or_(by(Application.in_production_on)(day), undated)


def _in_scope() -> ColumnElement[bool]:
    return and_(Application.holds_health_data.is_(True), Application.status != Status.PROJECT)


def lives(ends: list[dt.date]) -> Select[Any]:
    """The spans of the applications counted. Whether one holds health data is as said now."""
    return spans(_begun, by(Application.retired_on), ends).where(_in_scope())


def compliances(ends: list[dt.date]) -> Select[Any]:
    """The spans during which their current assessment said that they comply."""
    assessed, replaced, retired = (
        by(on) for on in (Assessment.assessed_on, Assessment.replaced_on, Application.retired_on)
    )
    return (
        spans(lambda day: and_(assessed(day), _begun(day)), lambda day: or_(replaced(day), retired(day)), ends)
        .select_from(Assessment)
        .join(Application, Application.id == Assessment.application_id)
        .where(_in_scope(), Assessment.core_met.is_(True))
    )
