"""Days: counted where the hospital is. Between midnight there and midnight of UTC the two differ."""

import ast
import datetime as dt
import re

import pytest
import time_machine
from sqlalchemy import Date

from models.base import Base, day_of, today
from tests.house.source import calls, modules, name_of

BARE = {
    "models/base.py:day_of": "the one place that turns an instant into a day",
    "exports/columns.py:_read_date": "what somebody typed has no time zone",
    "governance/imports/values.py:day_of": "a cell of a spreadsheet has no time zone",
    "governance/imports/formats/ods.py:_date": "a cell of a spreadsheet has no time zone",
    "governance/imports/formats/xlsx.py:_moment": "a cell of a spreadsheet has no time zone",
    "governance/imports/formats/xlsx.py:_iso": "a cell of a spreadsheet has no time zone",
}

TOLD_BY_ANOTHER = {
    "charter_verification.next_on": "charters.checks, by due_on",
    "conflict_review.review_on": "positions.conflicts, by examined",
    "charter_invitation.due_on": "the mails of its campaign",
    "charter_version.accept_before": "the mails of its campaign",
    "hopen_pursuit.due_on": "deadline_on is computed from it",
    "hopen_step.deadline_on": "its objective is reminded; the step has a day of its own when somebody gave one",
    "reminder_told.due_on": "the day of what was told",
    "policy_version.review_on": "frozen; the policy’s own is reminded",
    "filling.apply_before": "for candidates; needed_by is reminded",
    "information_tool.issued_on": "notices.unchecked_tools counts from it",
}
"""Dates to come that no finder of reminders names as they are: by what they are told."""

PAST = {
    "accepted_on", "answered_on", "applied_on", "approved_on", "archived_on", "arrived_on", "asked_on",
    "assessed_on", "authorised_on", "begun_on", "born_on", "checked_on", "closed_on", "cnil_on", "conflict_on",
    "contract_signed_on", "counted_on", "day", "decided_on", "done_on", "effective_on", "ended_on", "erased_on",
    "examined_on", "extended_on", "held_on", "in_place_on", "in_production_on", "joined_on", "kept_done_on",
    "kept_on", "left_on", "letter_signed_on", "month", "opened_on", "rated_on", "received_on", "reminded_on",
    "removed_on", "replaced_on", "replied_on", "requested_on", "retired_on", "revised_on", "sent_on",
    "signed_on", "spread_on", "started_on", "starts_on", "told_on", "validated_on", "withdrawn_on",
}  # fmt: skip
"""The names of days on which something happened, or begins by itself: nobody is reminded of them."""

BARE_DAY = re.compile(r"\.date\(\)$|date\.today\(\)$|^func\.date\(")


def test_only_one_place_turns_an_instant_into_a_day() -> None:
    found = {one.where for one, call in calls() if _gives_a_bare_day(call)}
    assert found == set(BARE), "write day_of(instant) or today(), of models/base.py"


def _gives_a_bare_day(call: ast.Call) -> bool:
    """`instant.date()`, `dt.date.today()`, `func.date(instant)`, or the day of the database's server."""
    name = name_of(call.func)
    return name == "current_date" or (name in ("date", "today") and BARE_DAY.search(ast.unparse(call)) is not None)


@pytest.mark.parametrize(
    ("instant", "day"),
    [("2026-11-26T23:20:00+00:00", "2026-11-27"), ("2026-07-31T22:00:00+00:00", "2026-08-01")],
)
def test_midnight_is_the_hospitals(instant: str, day: str) -> None:
    at = dt.datetime.fromisoformat(instant)
    with time_machine.travel(at, tick=False):
        assert today() == day_of(at) == dt.date.fromisoformat(day)


def test_whatever_is_to_be_done_by_a_day_is_called_to_mind() -> None:
    told = {
        f"{node.value.id}.{node.attr}"
        for path, tree in modules().items()
        if path.endswith("/reminders.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    days = {
        f"{column.table.name}.{column.name}": f"{mapper.class_.__name__}.{column.name}"
        for mapper in Base.registry.mappers
        for column in mapper.columns
        if isinstance(column.type, Date) and column.name not in PAST
    }
    silent = {column for column, attribute in days.items() if attribute not in told}
    assert silent == set(TOLD_BY_ANOTHER), "add it to reminders.py, or say here what tells it"
