"""The next analysis, begun from the last one: nothing that was said is lost on the way."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import inspect

from models.base import identity
from models.risks.analysis import Analysis
from models.risks.parts import Element, Interview
from models.risks.scenario import Scenario

OWN_LIFE = frozenset(
    {
        "id", "created_at", "revision", "updated_at", "updated_by", "reference", "previous_id", "begun_on",
        # Only this very analysis was validated.
        "standing", "approved_by", "approved_function", "approved_on", "approval_note", "validated_at", "validated_by",
        "digest", "review_on",
    }
)  # fmt: skip
"""What an analysis has of its own, which the next one does not take over; everything else is copied."""

PART_LIFE = frozenset({"id", "created_at", "revision", "updated_at", "updated_by", "analysis_id"})


def successor(past: Analysis, reference: str, title: str, by: str, at: dt.datetime, today: dt.date) -> Analysis:
    """A draft with the frame and the scale of a past analysis, which it follows."""
    made = Analysis(reference=reference, begun_on=today, previous=past, **_values(past, OWN_LIFE))
    made.title = title
    made.touch(by, at)
    return made


def take_over(
    made: Analysis,
    elements: Iterable[Element],
    interviews: Iterable[Interview],
    scenarios: Iterable[Scenario],
    at: dt.datetime,
) -> list[Any]:
    """The elements, interviews and scenarios of a past analysis as those of `made`, to add to the session.

    Their links to each other follow; measures, applications and records of the register stay the same ones.
    """
    known: dict[uuid.UUID, Any] = {}
    elements = list(elements)
    for one in (*elements, *interviews):
        known[one.id] = type(one)(analysis=made, **_values(one, PART_LIFE | _POINTERS))
        known[one.id].id = identity()
    for one in elements:
        known[one.id].rests_on = known.get(one.rests_on_id) if one.rests_on_id else None
    return [*known.values(), *(_scenario(made, one, known, at) for one in scenarios)]


_POINTERS = frozenset({"rests_on_id", "interview_id"})
"""What points to a part of the past analysis: it points to the copy."""


def _scenario(made: Analysis, past: Scenario, known: Mapping[uuid.UUID, Any], at: dt.datetime) -> Scenario:
    copy = Scenario(analysis=made, **_values(past, PART_LIFE | _POINTERS))
    copy.id = identity()
    copy.interview = known.get(past.interview_id) if past.interview_id else None
    copy.element_links = [_link(link, element=known[link.element_id]) for link in past.element_links]
    copy.measure_links = [_link(link, measure=link.measure) for link in past.measure_links]
    copy.updated_by, copy.updated_at = made.updated_by, at
    return copy


def _link(link: Any, **other: Any) -> Any:
    return type(link)(**other)


def _values(record: Any, left: frozenset[str]) -> dict[str, Any]:
    """The columns of a record but those of its own life."""
    keys = [attribute.key for attribute in inspect(type(record)).column_attrs]
    return {key: getattr(record, key) for key in keys if key not in left and key != "words"}
