"""Actions as the models know them: where they come from, who reads them, and what their life allows."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import User
from models.establishments import Establishment
from models.journal import Entry
from models.permissions import Permission
from models.plan import Action, ActionComment, State
from models.register.processor import Processor
from models.register.words import ContractState
from models.rules import RuleBroken
from tests.cast import Stage

Write = Callable[[], AbstractContextManager[Session]]
TODAY = dt.date(2026, 3, 2)


def action(**more: object) -> Action:
    return Action(
        **{"title": "Signer l’avenant", "state": State.TODO, "progress": 0, "created_by": "Diane Petit", **more}
    )


@pytest.mark.parametrize(
    ("state", "due", "late"),
    [
        (State.TODO, dt.date(2026, 3, 1), True),
        (State.DOING, dt.date(2026, 3, 1), True),
        (State.TODO, TODAY, False),
        (State.TODO, None, False),
        (State.DONE, dt.date(2026, 3, 1), False),
        (State.DROPPED, dt.date(2026, 3, 1), False),
    ],
)
def test_an_action_is_late_once_its_day_is_past_and_it_is_open(
    state: State, due: dt.date | None, late: bool, write: Write, stage: Stage
) -> None:
    ends: dict[State, dict[str, Any]] = {State.DONE: {"done_on": TODAY}, State.DROPPED: {"drop_reason": "Non"}}
    closed = ends.get(state, {})
    with write() as session:
        session.add(action(establishment_id=stage.establishments["CHA"], state=state, due_on=due, **closed))
        session.flush()
        assert session.scalars(select(Action)).one().is_late(TODAY) is late
        assert session.scalar(select(func.count()).where(Action.late(TODAY))) == int(late)


def test_saying_how_far_it_is_starts_it_and_never_closes_it() -> None:
    one = action()
    one.follow(40, TODAY)
    assert (one.state, one.started_on, one.progress) == (State.DOING, TODAY, 40)
    one.follow(100, TODAY)
    assert one.is_open
    with pytest.raises(RuleBroken, match="0 à 100"):
        one.follow(101, TODAY)


def test_a_closed_action_is_reopened_before_it_is_followed() -> None:
    one = action()
    one.finish(TODAY)
    assert (one.progress, one.done_on) == (100, TODAY)
    with pytest.raises(RuleBroken, match="close"):
        one.follow(10, TODAY)
    one.start(TODAY)
    assert (one.state, one.done_on, one.progress) == (State.DOING, None, 90)


def test_giving_up_needs_a_reason() -> None:
    one = action()
    with pytest.raises(RuleBroken, match="pourquoi"):
        one.drop(None)
    one.drop("Le contrat prend fin")
    assert one.state is State.DROPPED


@pytest.fixture
def processor(write: Write, stage: Stage) -> Processor:
    with write() as session:
        made = Processor(
            establishment_id=stage.establishments["CHA"], name="Nuage", contract_state=ContractState.UNKNOWN
        )
        session.add(made)
        session.flush()
        session.expunge(made)
    return made


def test_an_action_remembers_what_it_was_raised_by(processor: Processor, write: Write) -> None:
    with write() as session:
        session.add(Action.raised_by(processor, "Signer le contrat", "Diane Petit"))
        session.flush()
        found = session.scalars(Action.from_origin(processor)).one()
        assert (found.origin_title, found.origin_needs) == ("Nuage", Permission.REGISTER_READ)
        assert found.establishment_id == processor.establishment_id


def test_the_journal_tells_nothing_of_what_a_confidential_action_says(
    processor: Processor, write: Write, db: Session
) -> None:
    with write() as session:
        secret = Action.raised_by(
            processor, "Fermer la porte dérobée", "Rachid Simon", confidential=True, needs=Permission.REGISTER_READ
        )
        session.add(secret)
    with write() as session:
        one = session.scalars(select(Action)).one()
        one.note = "Mot de passe usine"
        one.comments.append(ActionComment(text="Toujours ouverte", written_by="Rachid Simon"))
    told = db.scalars(select(Entry).where(Entry.subject_type == "action")).all()
    assert [entry.subject_title for entry in told] == ["Action confidentielle"] * 2
    assert not any(word in str(entry.changes) for entry in told for word in ("porte", "usine", "ouverte", "Nuage"))


def test_an_action_is_entrusted_to_an_account_or_to_a_name(write: Write, stage: Stage) -> None:
    with write() as session:
        one = action(establishment_id=stage.establishments["CHA"])
        session.add(one)
        one.entrust(session.get_one(User, stage.users["dsi"]))
        session.flush()
        assert (one.owner_name, one.address) == ("Daniel Silva", "dsi@ght.example")
        assert one.is_own(stage.users["dsi"])
        one.entrust(None, "Le titulaire du marché")
        assert (one.owner_name, one.address) == ("Le titulaire du marché", None)
        assert not one.is_own(None)
        assert session.get(Establishment, one.establishment_id)
