"""The rules of the HOP’EN tracker, without a screen."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.hopen.prerequisites import Indicator, Objective, Task
from models.hopen.tracking import Pursuit, Step, begin_tracking
from models.hopen.words import Reach, StepState, Variant, reach
from models.rules import RuleBroken
from seed import hopen
from seed.catalogue import read
from tests.cast import Stage
from tests.hopen.made import pursued, tracked

Write = Callable[[], AbstractContextManager[Session]]
AT = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)
DAY = AT.date()


def step(**values: object) -> Step:
    """A step of an objective that began in March and has a month."""
    objective = Objective(code="P9.9-O1", min_days=7, max_days=30)
    pursuit = Pursuit(objective=objective, objective_code=objective.code, steps=[])
    made = Step(pursuit=pursuit, task=Task(code="P9.9-O1-A1", bodies=[], text="Écrire"), state=StepState.TODO, **values)
    pursuit.schedule(dt.date(2026, 3, 1), None)
    return made


def test_the_catalogue_holds_the_whole_plan() -> None:
    plan = read("hopen")
    counts = plan["counts"]
    made = hopen.indicators(plan), hopen.objectives(plan), hopen.tasks(plan)
    assert (
        (len(made[0]), len(made[1]), len(made[2]))
        == (counts["indicators"], counts["objectives"], counts["actions"])
        == (15, 50, 125)
    )
    assert [one.code for one in made[1] if one.max_days is None] == counts["objectives_without_delay"]
    assert sum(bool(one.bodies) for one in made[2]) == counts["actions_requiring_governance_validation"]
    assert {one.variant for one in made[2] if one.variant} == set(Variant)
    assert all(one.facts["measures"] and one.facts["evidence"] for one in made[0])


def test_how_far_is_computed_from_the_actions() -> None:
    done, todo, none = StepState.DONE, StepState.TODO, StepState.NOT_APPLICABLE
    told = [
        ({}, Reach.TODO),
        ({todo: 3}, Reach.TODO),
        ({done: 1, todo: 2}, Reach.DOING),
        ({done: 2, none: 1}, Reach.DONE),
        ({none: 2}, Reach.NOT_APPLICABLE),
        ({done: 2, StepState.BLOCKED: 1}, Reach.BLOCKED),
        ({StepState.DOING: 1}, Reach.DOING),
    ]
    assert [reach(counts) for counts, _ in told] == [wanted for _, wanted in told]


def test_late_follows_the_window_and_never_comes_without_a_delay() -> None:
    one = step()
    assert one.pursuit.window == (dt.date(2026, 3, 8), dt.date(2026, 3, 31))
    assert not one.is_late(dt.date(2026, 3, 31))
    assert one.is_late(dt.date(2026, 4, 1))
    assert one.pursuit.is_late(dt.date(2026, 4, 1))
    one.schedule(None, dt.date(2026, 6, 1))
    assert not one.is_late(dt.date(2026, 4, 1))
    other = step()
    other.pursuit.objective.max_days = other.pursuit.objective.min_days = None
    other.pursuit.schedule(dt.date(2020, 1, 1), None)
    other.schedule(None, None)
    assert (other.pursuit.window, other.deadline_on) == (None, None)
    one = other
    assert not one.is_late(dt.date(2030, 1, 1))
    one.pursuit.schedule(dt.date(2020, 1, 1), dt.date(2020, 2, 1))
    assert one.is_late(dt.date(2030, 1, 1))


def test_dates_that_contradict_are_refused() -> None:
    one = step()
    for thing in (one, one.pursuit):
        with pytest.raises(RuleBroken, match="précède le début"):
            thing.schedule(dt.date(2026, 3, 2), dt.date(2026, 3, 1))
    with pytest.raises(RuleBroken, match="date passée"):
        one.decide(StepState.DONE, "Diane", AT, on=DAY + dt.timedelta(days=1))
    one.schedule(DAY, None)
    with pytest.raises(RuleBroken, match="précède le début"):
        one.decide(StepState.DONE, "Diane", AT, on=DAY - dt.timedelta(days=1))
    one.decide(StepState.DONE, "Diane", AT, on=DAY)
    with pytest.raises(RuleBroken, match="faite avant"):
        one.schedule(DAY + dt.timedelta(days=1), None)
    with pytest.raises(RuleBroken, match="faite avant"):
        one.pursuit.schedule(DAY + dt.timedelta(days=1), None)


def test_what_needs_a_reason_is_refused_without() -> None:
    one = step()
    for state in (StepState.BLOCKED, StepState.NOT_APPLICABLE):
        with pytest.raises(RuleBroken, match="pourquoi"):
            one.decide(state, "Diane", AT, on=DAY)
    with pytest.raises(RuleBroken, match="Vigie propose"):
        one.decide(StepState.TODO, "Diane", AT, on=DAY, proposed=StepState.DONE)
    one.decide(StepState.TODO, "Diane", AT, on=DAY, proposed=StepState.DONE, reason="Version non relue")
    assert (one.state, one.overridden) == (StepState.TODO, True)
    with pytest.raises(RuleBroken, match="instance"):
        one.decide(StepState.DONE, "Diane", AT, on=DAY, heard=False)


def test_a_variant_set_aside_comes_back_as_it_was(write: Write, stage: Stage) -> None:
    with write() as session:
        steps = tracked(session, stage.establishments["CHA"])
        pursuit = pursued(session, stage.establishments["CHA"], "P2.4-O2")
        first = steps["P2.4-O2-A1"]
        first.decide(StepState.DONE, "Diane", AT, on=DAY)
        pursuit.choose(Variant.INTERNAL_CHOICE, "Diane", AT)
        assert (first.state, first.done_on) == (StepState.NOT_APPLICABLE, None)
        assert "en interne" in (first.reason or "")
        with pytest.raises(RuleBroken, match="variante"):
            first.decide(StepState.DONE, "Diane", AT, on=DAY)
        session.flush()
        pursuit.choose(Variant.EXTERNAL_HIRING, "Diane", AT)
        assert (first.state, first.done_on, first.reason) == (StepState.DONE, DAY, None)
        assert steps["P2.4-O2-A4"].state is StepState.NOT_APPLICABLE
        with pytest.raises(RuleBroken, match="variantes de cet objectif"):
            pursuit.choose(Variant.INTERNAL_DPO, "Diane", AT)


def test_a_tracking_begun_twice_adds_nothing(write: Write, db: Session, stage: Stage) -> None:
    with write() as session:
        home = stage.establishments["CHA"]
        assert len(tracked(session, home)) == 125
        known = list(session.scalars(select(Objective)))
        assert begin_tracking(session, pursued(session, home, "P1.1-O1").establishment, known) == 0
    assert db.scalar(select(func.count()).select_from(Pursuit)) == 50
    assert db.scalar(select(func.count()).select_from(Indicator)) == 15
