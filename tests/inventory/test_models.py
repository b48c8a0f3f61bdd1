"""The inventory's rules: what a password rule is worth, what an assessment counts, what a decision must say."""

import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.inventory import passwords
from models.inventory.application import Application
from models.inventory.assessment import Assessment, AssessmentAnswer
from models.inventory.criteria import CORE, Criterion
from models.inventory.followup import Arbitration, Exchange
from models.inventory.words import Answer, Choice, ContactState, PasswordCase, Place, Renewal, Status
from models.rules import RuleBroken
from tests.cast import Stage

TODAY = dt.date(2026, 5, 4)
AT = dt.datetime(2026, 5, 4, 10, tzinfo=dt.UTC)

Write = Callable[[], AbstractContextManager[Session]]


@pytest.mark.parametrize(
    ("case", "length", "kinds", "answer"),
    [
        (PasswordCase.ALONE, 12, ["lower", "upper", "digits", "special"], Answer.COMPLIANT),
        (PasswordCase.ALONE, 14, ["lower", "upper", "digits"], Answer.COMPLIANT),
        (PasswordCase.ALONE, 8, ["lower", "upper", "digits"], Answer.NON_COMPLIANT),
        (PasswordCase.RESTRICTED, 8, ["lower", "upper", "digits"], Answer.COMPLIANT),
        (PasswordCase.RESTRICTED, 6, ["lower"], Answer.NON_COMPLIANT),
        (PasswordCase.DEVICE, 4, ["digits"], Answer.COMPLIANT),
        (PasswordCase.NONE, 8, ["digits"], None),
        (PasswordCase.ALONE, None, ["digits"], None),
    ],
)
def test_a_password_rule_is_worth_what_the_cnil_says(
    case: PasswordCase, length: int | None, kinds: list[str], answer: Answer | None
) -> None:
    assert passwords.strength_answer(passwords.strength(case, length, kinds), enforced=True) is answer


def test_a_strong_rule_that_nothing_enforces_is_partial() -> None:
    found = passwords.strength(PasswordCase.ALONE, 20, ["lower", "digits"])
    assert found is not None
    assert (found.signs, found.bits) == (36, 103.4)
    assert passwords.strength_answer(found, enforced=False) is Answer.PARTIAL


def test_no_forced_renewal_meets_both_hopen_and_the_cnil() -> None:
    assert passwords.renewal_answers(Renewal.ON_DEMAND) == (Answer.COMPLIANT, Answer.COMPLIANT)
    assert passwords.renewal_answers(Renewal.PERIODIC) == (Answer.COMPLIANT, Answer.PARTIAL)
    assert passwords.renewal_answers(Renewal.NONE) == (Answer.NON_COMPLIANT, Answer.NON_COMPLIANT)


@pytest.mark.parametrize(
    ("minutes", "place", "answer"),
    [
        (10, Place.SHARED, Answer.COMPLIANT),
        (15, Place.SHARED, Answer.NON_COMPLIANT),
        (30, Place.OFFICE, Answer.COMPLIANT),
        (45, None, Answer.NON_COMPLIANT),
        (0, None, Answer.NON_COMPLIANT),
        (None, Place.SHARED, None),
    ],
)
def test_an_idle_session_may_stay_open_as_long_as_its_place_allows(
    minutes: int | None, place: Place | None, answer: Answer | None
) -> None:
    assert passwords.idle_answer(minutes, place) is answer


def application(session: Session, stage: Stage, **more: object) -> Application:
    made = Application(
        establishment_id=stage.establishments["CHA"],
        reference=f"A-{uuid.uuid4().hex[:6]}",
        name="Dossier patient",
        holds_health_data=True,
        **more,
    )
    made.touch("Daniel Silva", AT)
    session.add(made)
    session.flush()
    return made


def assessed(
    session: Session, found: Application, answers: dict[str, Answer], last: Assessment | None = None
) -> Assessment:
    criteria = {one.code: one for one in session.scalars(Criterion.listed())}
    made = Assessment.begin(found, criteria, last, "Rachid Simon", AT)
    session.add(made)
    for code, answer in answers.items():
        made.by_criterion()[code].answer = answer
        made.by_criterion()[code].reason = "Carte CPS" if answer is Answer.NOT_APPLICABLE else None
    session.flush()
    made.validate(criteria, last, "Rachid Simon", AT, TODAY)
    session.flush()
    return made


def test_only_the_three_core_criteria_decide_of_the_indicator(write: Write, stage: Stage) -> None:
    met = dict.fromkeys(CORE, Answer.COMPLIANT)
    with write() as session:
        assert assessed(session, application(session, stage), {**met, "AUT09": Answer.NON_COMPLIANT}).core_met
        assert not assessed(session, application(session, stage), {**met, "AUT20": Answer.PARTIAL}).core_met
        assert not assessed(session, application(session, stage), {**met, "AUT01": Answer.UNKNOWN}).core_met
        assert assessed(session, application(session, stage), {**met, "AUT05": Answer.NOT_APPLICABLE}).core_met


def test_the_score_weighs_the_criteria_answered_and_applicable(write: Write, stage: Stage) -> None:
    answers = {"AUT01": Answer.COMPLIANT, "AUT02": Answer.PARTIAL, "AUT03": Answer.NOT_APPLICABLE}
    with write() as session:
        made = assessed(session, application(session, stage), answers)
        assert (made.points, made.most_points) == (2 * 3 + 1 * 2, 2 * 3 + 2 * 2)


def test_not_applicable_asks_for_a_reason(write: Write, stage: Stage) -> None:
    with write() as session:
        criteria = {one.code: one for one in session.scalars(Criterion.listed())}
        made = Assessment.begin(application(session, stage), criteria, None, "Rachid Simon", AT)
        session.add(made)
        made.by_criterion()["AUT03"].answer = Answer.NOT_APPLICABLE
        with pytest.raises(RuleBroken, match="AUT03"):
            made.validate(criteria, None, "Rachid Simon", AT, TODAY)


def test_a_new_assessment_starts_from_the_last_and_replaces_it(write: Write, stage: Stage) -> None:
    with write() as session:
        found = application(session, stage)
        first = assessed(session, found, {"AUT01": Answer.PARTIAL})
        second = assessed(session, found, {"AUT05": Answer.COMPLIANT}, last=first)
        assert second.number == 2
        assert second.by_criterion()["AUT01"].answer is Answer.PARTIAL
        assert first.replaced_on == second.assessed_on
        current = session.scalars(select(Assessment).where(Assessment.is_current())).all()
        assert current == [second]


def test_a_validated_assessment_is_frozen_in_the_database_too(write: Write, stage: Stage) -> None:
    with write() as session:
        made = assessed(session, application(session, stage), {"AUT01": Answer.PARTIAL})
        with pytest.raises(RuleBroken, match="validé"):
            made.touch("Rachid Simon", AT)
    for statement in (
        "UPDATE assessment_answer SET answer = 'compliant'",
        "DELETE FROM assessment_answer",
        "UPDATE assessment SET core_met = NOT core_met",
        "DELETE FROM assessment",
    ):
        with pytest.raises(DBAPIError, match="validé"), write() as session:
            session.execute(text(statement))


def test_a_draft_leaves_no_room_for_another(write: Write, stage: Stage) -> None:
    with write() as session:
        found = application(session, stage)
        draft = Assessment.begin(found, ["AUT01"], None, "Rachid Simon", AT)
        session.add(draft)
        with pytest.raises(RuleBroken, match="en cours"):
            Assessment.begin(found, ["AUT01"], draft, "Daniel Silva", AT)


def test_what_the_measures_are_worth_is_proposed_where_nobody_answered() -> None:
    made = Assessment(
        idle_minutes=5,
        renewal=Renewal.ON_DEMAND,
        answers=[AssessmentAnswer(criterion=code, answer=Answer.UNKNOWN) for code in CORE],
    )
    made.by_criterion()["AUT05"].answer = Answer.PARTIAL
    made.propose()
    assert {code: answer.answer for code, answer in made.by_criterion().items()} == {
        "AUT01": Answer.UNKNOWN,
        "AUT05": Answer.PARTIAL,
        "AUT20": Answer.COMPLIANT,
    }


def decision(choice: Choice, **more: object) -> Arbitration:
    return Arbitration(choice=choice, reason="-", decided_by="Daniel Silva", **{"decided_on": TODAY, **more})


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (decision(Choice.CONTAIN, expires_on=TODAY + dt.timedelta(days=90)), "measures"),
        (decision(Choice.CONTAIN, measures="Réseau fermé"), "expires_on"),
        (decision(Choice.CONTAIN, measures="Réseau fermé", expires_on=TODAY + dt.timedelta(days=400)), "expires_on"),
        (decision(Choice.REPLACE), "target_on"),
        (decision(Choice.EVOLVE, target_on=TODAY - dt.timedelta(days=1)), "target_on"),
        (decision(Choice.KEEP, decided_on=TODAY + dt.timedelta(days=1)), "decided_on"),
    ],
)
def test_a_decision_says_what_it_must(made: Arbitration, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        made.check(TODAY)
    assert refused.value.field == field


def test_a_containment_of_three_months_is_accepted() -> None:
    decision(Choice.CONTAIN, measures="Réseau fermé", expires_on=TODAY + dt.timedelta(days=90)).check(TODAY)


def test_the_state_of_an_exchange_follows_the_days() -> None:
    exchange = Exchange(asked_on=TODAY)
    assert exchange.state(TODAY) is ContactState.CONTACTED
    assert exchange.state(TODAY + dt.timedelta(days=31)) is ContactState.NO_REPLY
    exchange.remind(TODAY + dt.timedelta(days=20))
    assert exchange.state(TODAY + dt.timedelta(days=31)) is ContactState.REMINDED
    exchange.receive(TODAY + dt.timedelta(days=32), "Prévu", None)
    assert exchange.state(TODAY + dt.timedelta(days=33)) is ContactState.REPLY_RECEIVED
    with pytest.raises(RuleBroken):
        exchange.remind(TODAY)


def test_retiring_asks_for_a_reason_and_can_be_undone() -> None:
    found = Application(status=Status.PRODUCTION, holds_health_data=True)
    with pytest.raises(RuleBroken):
        found.retire(TODAY, " ")
    with pytest.raises(RuleBroken):
        found.settle(Status.RETIRED)
    found.retire(TODAY, "Remplacée")
    assert not found.is_in_scope
    found.restore()
    assert found.is_in_scope
