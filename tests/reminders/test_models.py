"""When a thing is called to mind, and how somebody wishes it."""

import datetime as dt
import uuid

import pytest

from models.reminders import Frequency, Moment, ReminderChoice, Subject, moment_of, step_of
from models.rules import RuleBroken

TODAY = dt.date(2026, 6, 1)


def test_a_thing_is_told_at_each_step_then_each_week_that_it_is_late() -> None:
    told = {days: step_of(TODAY + dt.timedelta(days=days), TODAY) for days in (31, 30, 8, 7, 1, 0, -1, -7, -8, -15)}
    assert told == {31: None, 30: 30, 8: 30, 7: 7, 1: 7, 0: 0, -1: -1, -7: -1, -8: -2, -15: -3}
    assert step_of(TODAY + dt.timedelta(days=80), TODAY, (90, 30)) == 90
    moments = [moment_of(TODAY + dt.timedelta(days=days), TODAY) for days in (-1, 0, 7, 8, 30, 31)]
    assert moments == [Moment.LATE, Moment.WEEK, Moment.WEEK, Moment.MONTH, Moment.MONTH, Moment.LATER]


def test_a_choice_says_on_which_days_and_of_what() -> None:
    choice = ReminderChoice.usual(uuid.uuid4())
    days = [choice.is_day(TODAY + dt.timedelta(days=after)) for after in range(7)]
    assert days == [True, *[False] * 6], "on Mondays"
    choice.choose(Frequency.DAILY, 3, [Subject.PLAN.value])
    assert choice.is_day(TODAY)
    assert (choice.wants(Subject.PLAN), choice.wants(Subject.RISKS)) == (False, True)
    choice.choose(Frequency.NEVER, 3, [])
    assert not choice.wants(Subject.RISKS)
    with pytest.raises(RuleBroken):
        choice.choose(Frequency.WEEKLY, 7, [])
