"""Days: counted where the hospital is. Between midnight there and midnight of UTC the two differ."""

import ast
import datetime as dt
import re

import pytest
import time_machine

from models.base import day_of, today
from tests.house.source import calls, name_of

BARE = {
    "models/base.py:day_of": "the one place that turns an instant into a day",
    "exports/columns.py:_read_date": "what somebody typed has no time zone",
    "governance/imports/values.py:day_of": "a cell of a spreadsheet has no time zone",
    "governance/imports/formats/ods.py:_date": "a cell of a spreadsheet has no time zone",
    "governance/imports/formats/xlsx.py:_moment": "a cell of a spreadsheet has no time zone",
    "governance/imports/formats/xlsx.py:_iso": "a cell of a spreadsheet has no time zone",
}

BARE_DAY = re.compile(r"\.date\(\)$|date\.today\(\)$")


def test_only_one_place_turns_an_instant_into_a_day() -> None:
    found = {one.where for one, call in calls() if _gives_a_bare_day(call)}
    assert found == set(BARE), "write day_of(instant) or today(), of models/base.py"


def _gives_a_bare_day(call: ast.Call) -> bool:
    """`instant.date()`, `dt.date.today()`, or the day of the database's server."""
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
