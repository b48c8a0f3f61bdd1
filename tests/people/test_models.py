"""A person of the directory: presence, departure and return, the manager, and what the database refuses."""

import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.journal import Entry
from models.people import DepartureReason, Person, PersonKind
from models.rules import RuleBroken
from tests.cast import Stage

Write = Callable[[], AbstractContextManager[Session]]

TODAY = dt.date(2026, 3, 1)


def day(shift: int) -> dt.date:
    return TODAY + dt.timedelta(days=shift)


def person(**facts: Any) -> Person:
    if facts.get("left_on"):
        facts.setdefault("departure_reason", DepartureReason.OTHER)
    return Person(**{"kind": PersonKind.STAFF, "family_name": "Le Bihan", "given_name": "Maud", **facts})


QUESTIONS = ("is_present", "has_left", "is_newcomer", "contract_has_ended", "contract_ends_soon")

CASES: list[tuple[dict[str, dt.date], set[str]]] = [
    ({}, {"is_present"}),
    ({"arrived_on": day(1)}, set()),
    ({"arrived_on": day(0)}, {"is_present", "is_newcomer"}),
    ({"arrived_on": day(-29)}, {"is_present", "is_newcomer"}),
    ({"arrived_on": day(-30)}, {"is_present"}),
    ({"left_on": day(0)}, {"is_present"}),
    ({"left_on": day(-1)}, {"has_left"}),
    ({"arrived_on": day(-5), "left_on": day(-1)}, {"has_left"}),
    ({"contract_ends_on": day(-1)}, {"is_present", "contract_has_ended"}),
    ({"contract_ends_on": day(-1), "left_on": day(-1)}, {"has_left"}),
    ({"contract_ends_on": day(0)}, {"is_present", "contract_ends_soon"}),
    ({"contract_ends_on": day(60)}, {"is_present", "contract_ends_soon"}),
    ({"contract_ends_on": day(61)}, {"is_present"}),
]


@pytest.mark.parametrize(("facts", "true"), CASES)
def test_a_question_has_the_same_answer_on_the_record_and_in_sql(
    write: Write, stage: Stage, facts: dict[str, dt.date], true: set[str]
) -> None:
    with write() as session:
        one = person(establishment_id=stage.establishments["CHA"], **facts)
        session.add(one)
        session.flush()
        assert {name for name in QUESTIONS if getattr(one, name)(TODAY)} == true
        kept = {name for name in QUESTIONS if session.scalar(select(Person.id).where(getattr(Person, name)(TODAY)))}
        assert kept == true


def test_a_leaver_is_kept_five_years_even_from_a_leap_day() -> None:
    assert person().kept_until is None
    assert person(left_on=dt.date(2024, 2, 29)).kept_until == dt.date(2029, 2, 28)
    assert person(left_on=dt.date(2024, 6, 30)).kept_until == dt.date(2029, 6, 30)


def test_a_departure_is_said_once_and_a_return_begins_again() -> None:
    one = person(arrived_on=day(-400), contract_ends_on=day(-10))
    one.leave(day(-10), DepartureReason.CONTRACT_ENDED)
    with pytest.raises(RuleBroken, match="déjà enregistré"):
        one.leave(day(0), DepartureReason.OTHER)
    with pytest.raises(RuleBroken, match="suivre le dernier jour"):
        one.come_back(day(-10))
    one.come_back(day(0))
    assert (one.arrived_on, one.left_on, one.departure_reason, one.contract_ends_on) == (day(0), None, None, None)
    assert one.is_newcomer(day(0))
    with pytest.raises(RuleBroken):
        one.come_back(day(1))


def test_a_departure_said_by_mistake_is_taken_back() -> None:
    one = person(arrived_on=day(-400), left_on=day(-1))
    one.cancel_departure()
    assert (one.arrived_on, one.left_on, one.departure_reason) == (day(-400), None, None)
    with pytest.raises(RuleBroken):
        one.cancel_departure()


def test_nobody_leaves_before_arriving() -> None:
    with pytest.raises(RuleBroken) as refused:
        person(arrived_on=day(0)).leave(day(-1), DepartureReason.OTHER)
    assert refused.value.field == "left_on"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": PersonKind.CONTRACTOR}, "company"),
        ({"kind": PersonKind.SUPPLIER, "company": ""}, "company"),
        ({"arrived_on": day(0), "contract_ends_on": day(-1)}, "contract_ends_on"),
        ({"arrived_on": day(0), "left_on": day(-1)}, "arrived_on"),
    ],
)
def test_impossible_facts_are_refused_at_their_field(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        person(**facts).check()
    assert refused.value.field == field


def test_nobody_is_her_own_manager_even_from_one_to_the_next() -> None:
    home, elsewhere = uuid.uuid4(), uuid.uuid4()
    head, middle, foot = (person(establishment_id=home) for _ in range(3))
    middle.place_under(head)
    foot.place_under(middle)
    for below in (foot, head):
        with pytest.raises(RuleBroken, match="sa propre responsable"):
            head.place_under(below)
    with pytest.raises(RuleBroken, match="même établissement"):
        head.place_under(person(establishment_id=elsewhere))
    foot.place_under(None)
    assert foot.manager is None


def test_namesakes_live_side_by_side_but_not_under_one_number(write: Write, stage: Stage) -> None:
    home = {"establishment_id": stage.establishments["CHA"]}
    with write() as session:
        session.add_all([person(**home, email="accueil@cha.example"), person(**home, email="accueil@cha.example")])
        session.add(person(**home, employee_number="4012"))
        session.add(person(establishment_id=stage.establishments["CHE"], employee_number="4012"))
    with pytest.raises(IntegrityError), write() as session:
        session.add(person(**home, employee_number="4012"))


def test_an_account_is_one_person_of_an_establishment_and_maybe_another_elsewhere(write: Write, stage: Stage) -> None:
    account = {"user_id": stage.users["agent"]}
    with write() as session:
        session.add_all([person(establishment_id=place, **account) for place in stage.establishments.values()])
    with pytest.raises(IntegrityError), write() as session:
        session.add(person(establishment_id=stage.establishments["CHA"], **account))


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": PersonKind.CONTRACTOR},
        {"arrived_on": day(0), "contract_ends_on": day(-1)},
        {"arrived_on": day(0), "left_on": day(-1)},
        {"departure_reason": DepartureReason.OTHER},
    ],
)
def test_the_database_too_refuses_impossible_facts(write: Write, stage: Stage, facts: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), write() as session:
        session.add(person(establishment_id=stage.establishments["CHA"], **facts))


def test_the_journal_tells_a_person_and_her_moves(write: Write, stage: Stage, db: Session) -> None:
    with write() as session:
        head = person(establishment_id=stage.establishments["CHA"], given_name="Yann")
        one = person(establishment_id=stage.establishments["CHA"], department_id=stage.departments["Urgences"])
        session.add_all([head, one])
        session.flush()
        identity = one.id
    with write() as session:
        one = session.get_one(Person, identity)
        one.place_under(session.scalars(select(Person).where(Person.given_name == "Yann")).one())
        one.leave(TODAY, DepartureReason.RETIRED)
    entries = db.scalars(select(Entry).where(Entry.subject_id == identity).order_by(Entry.seq)).all()
    assert entries[0].changes[0]["created"]["department"] == "Urgences"
    told = {change["field"]: change["after"] for change in entries[1].changes}
    assert told == {"manager": "Yann Le Bihan", "left_on": "2026-03-01", "departure_reason": "retired"}


def test_what_refers_to_a_person_is_found_in_the_metadata() -> None:
    found = {(kind.__tablename__, column.key) for kind, column in Person.referring_columns()}
    assert ("person", "manager_id") in found
    assert ("person", "merged_into_id") not in found


def test_the_directory_is_ordered_without_accents_nor_case(write: Write, stage: Stage) -> None:
    with write() as session:
        for family in ("Zola", "émile", "Evrard", "Œdipe"):
            session.add(person(establishment_id=stage.establishments["CHA"], family_name=family))
    with write() as session:
        session.scalars(select(Person).where(Person.family_name == "Zola")).one().family_name = "Áron"
    with write() as session:
        names = [one.family_name for one in session.scalars(Person.of(stage.establishments["CHA"]))]
    assert names == ["Áron", "émile", "Evrard", "Œdipe"]


@pytest.mark.parametrize(
    ("facts", "standing"),
    [({}, "here"), ({"arrived_on": day(-2)}, "new"), ({"arrived_on": day(2)}, "expected"),
     ({"contract_ends_on": day(-1)}, "over"), ({"left_on": day(-1)}, "left"), ({"left_on": day(3)}, "here")],
)  # fmt: skip
def test_one_stands_somewhere_on_every_day(facts: dict[str, dt.date], standing: str) -> None:
    assert person(**facts).standing(TODAY) == standing
