"""Planting the demonstration again, in another database, gives the same demonstration."""

import datetime as dt

import pytest
from sqlalchemy.orm import sessionmaker

from models.journal import keep_journal
from models.register.activity import Activity
from tests.seed.planting import AT, emptied, plant


def states(engine, at):
    """What all records say when planted at `at` in an empty database, but their identities."""
    opened = sessionmaker(emptied(engine))
    keep_journal(opened)
    with opened() as session:
        plant(session, at)
        found = [activity.state() for activity in session.scalars(Activity.whole())]
    for state in found:
        for rows in state["parts"].values():
            for row in rows:
                del row["id"]
    return sorted(found, key=lambda state: str(state["fields"]))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_nothing_is_random_and_dates_follow_the_planting(engine):
    first, later = states(engine, AT), states(engine, AT + dt.timedelta(days=365))
    again = states(engine, AT)
    emptied(engine)
    assert first == again
    assert len(later) == 30
    assert not [state for state in later if state in first]
