"""The rules of the risk analyses: the scale, the ratings, what a high risk asks for, and the next analysis."""

import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.measures import Measure, MeasureState, next_references
from models.plan import Action
from models.risks import copying, shown
from models.risks.analysis import Analysis
from models.risks.parts import Element
from models.risks.scale import Level, Scale, Step
from models.risks.scenario import Scenario
from models.risks.words import Phase, Stage, Treatment
from models.rules import RuleBroken
from tests.cast import Stage as House
from tests.house.risky import lay_risks
from tests.risks.made import AT, TODAY, analysis, scale, scenario

Write = Callable[[], AbstractContextManager[Session]]


def own(**more: Any) -> Scale:
    """A scale of two by two, but what is said otherwise."""
    told: dict[str, Any] = {
        "severities": (Step("Basse"), Step("Haute")), "likelihoods": (Step("Rare"), Step("Fréquent")),
        "levels": (Level("Bas"), Level("Haut")), "grid": ((1, 1), (1, 2)), **more,
    }  # fmt: skip
    return Scale(*map(tuple, (told["severities"], told["likelihoods"], told["levels"], told["grid"])))


def test_a_scale_holds_together_or_says_why() -> None:
    own().check()
    for wrong, field in (
        ({"severities": [Step("Seule")]}, "severities"),
        ({"likelihoods": [Step("Rare"), Step("rare")]}, "likelihoods"),
        ({"levels": [Level("Bas"), Level(" ")]}, "levels"),
        ({"grid": [[1, 1]]}, "grid"),
        ({"grid": [[1, 1], [1, 0]]}, "grid"),
        ({"grid": [[1, 1], [1, 3]]}, "grid"),
        ({"grid": [[2, 1], [1, 2]]}, "grid"),
    ):
        with pytest.raises(RuleBroken) as broken:
            own(**wrong).check()
        assert broken.value.field == field, wrong
    assert Scale.of(own().data()) == own()
    pgssi = scale("pgssi_s_4x4")
    assert [pgssi.level(g, 4) for g in (1, 2, 3, 4)] == [1, 2, 3, 3]
    assert (pgssi.level(None, 2), pgssi.top) == (None, 3)
    assert [scale().moved(step, 4, 5) for step in (1, 2, 3, 4)] == [1, 2, 4, 5]
    assert scale().carried(4, 1, own()) == (2, 1)


def test_ratings_never_grow_as_measures_come() -> None:
    of = analysis()
    one = scenario(of, inherent_severity=3, inherent_likelihood=3)
    one.check(scale(), TODAY)
    for values, field in (
        ({"current_severity": 4, "current_likelihood": 1}, "current_severity"),
        ({"residual_severity": 3, "residual_likelihood": 4}, "residual_likelihood"),
        (
            {"current_severity": 2, "current_likelihood": 2, "residual_severity": 3, "residual_likelihood": 2},
            "residual_severity",
        ),
        ({"inherent_severity": 5}, "inherent_severity"),
        ({"residual_severity": 1}, "residual_likelihood"),
        ({"accepted_by": "M. Le Bihan"}, "accepted_on"),
        ({"closed_on": TODAY + dt.timedelta(days=1)}, "closed_on"),
    ):
        told: dict[str, Any] = {"inherent_severity": 3, "inherent_likelihood": 3, **values}
        other = scenario(of, **told)
        with pytest.raises(RuleBroken) as broken:
            other.check(scale(), TODAY)
        assert broken.value.field == field, values


def test_a_high_risk_asks_for_a_measure_or_a_signed_acceptance() -> None:
    of = analysis()
    high = scenario(of, inherent_severity=4, inherent_likelihood=4)
    assert high.lacks_answer(scale())
    assert high.stage.value == "rated"
    high.rely_on(
        [
            Measure(
                id=uuid.uuid4(),
                establishment_id=of.establishment_id,
                reference="M1",
                title="",
                state=MeasureState.PLANNED,
            )
        ]
    )
    assert not high.lacks_answer(scale())
    assert high.stage.value == "planned"
    high.residual_severity, high.residual_likelihood = 4, 4
    assert high.lacks_answer(scale()), "what stays high is accepted by somebody"
    high.accepted_by, high.accepted_on, high.accepted_reason = "M. Le Bihan", TODAY, "Coût"
    assert not high.lacks_answer(scale())
    assert high.stage.value == "accepted"
    assert scenario(of).stage is Stage.IDENTIFIED
    with pytest.raises(RuleBroken):
        high.rely_on([Measure(id=uuid.uuid4(), establishment_id=uuid.uuid4(), reference="M2", title="")])


def test_the_database_says_the_same_as_the_model(write: Write, stage: House) -> None:
    with write() as session:
        lay_risks(session, stage.establishments["CHA"])
        of = session.scalars(select(Analysis)).one()
        ratings = [(g, v, g, max(1, v - 1), 1, 1) for g in range(1, 5) for v in range(1, 5)] + [
            (4, 4, 4, 4, 4, 4),
            (None,) * 6,
        ]
        for number, row in enumerate(ratings, 2):
            names = [f"{phase.value}_{what}" for phase in Phase for what in ("severity", "likelihood")]
            session.add(scenario(of, number, **dict(zip(names, row, strict=True))))
        session.flush()
        found = session.scalars(Scenario.whole()).all()
        for question, says in (
            ("sans-reponse", lambda one: one.lacks_answer(of.scale)),
            ("eleves", lambda one: one.present_level(of.scale) == of.scale.top),
            ("a-coter", lambda one: one.present_level(of.scale) is None),
        ):
            rule = next(one for one in shown.SHOWN if one.key == question).rule(of.scale, TODAY)
            kept = set(session.scalars(select(Scenario.id).where(rule)))
            assert kept == {one.id for one in found if says(one)}, question


def test_the_database_itself_refuses_what_breaks_the_rules(write: Write, stage: House) -> None:
    with write() as session:
        lay_risks(session, stage.establishments["CHA"])
    for change in (
        "residual_severity = 4, residual_likelihood = 4",
        "current_severity = 2",
        "accepted_by = 'M. Le Bihan'",
        "inherent_severity = 0",
    ):
        with pytest.raises(DBAPIError), write() as session:
            session.execute(text(f"UPDATE risk_scenario SET {change}"), execution_options={"told": True})  # noqa: S608


def test_the_next_analysis_loses_no_field(write: Write, stage: House) -> None:
    with write() as session:
        made = lay_risks(session, stage.establishments["CHA"])
        past, one = made["analysis"], made["scenario"]
        other = Element(analysis=past, name="Salle", rests_on=made["element"])
        session.add(other)
        values = {
            "category": "virus", "threat": "Pièce jointe", "impact": "Retards", "sources": ["cybercriminal"],
            "criteria": ["D"], "existing_measures": "Antivirus", "current_severity": 4, "current_likelihood": 2,
            "residual_severity": 4, "residual_likelihood": 1, "treatment": Treatment.REDUCE, "planned_measures": "EDR",
            "owner_name": "Daniel Silva", "due_on": TODAY, "accepted_by": "M. Le Bihan", "accepted_on": TODAY,
            "accepted_reason": "Coût", "review_on": TODAY, "closed_on": TODAY, "notes": "Vu", "catalogue_code": "R01",
        }  # fmt: skip
        for name, value in values.items():
            setattr(one, name, value)
        past.scope, past.participants, past.method_note = "Tout", "DSI", "Ateliers"
        session.flush()
        following = copying.successor(past, "AR-2027-01", past.title, "Rachid Simon", AT, TODAY)
        session.add(following)
        session.flush()
        parts = copying.take_over(following, [made["element"], other], [made["interview"]], [one], AT)
        session.add_all(parts)
        session.flush()
        copies = {type(part).__name__ + getattr(part, "name", ""): part for part in parts}
        pairs = [
            (past, following, copying.OWN_LIFE), (one, copies["Scenario"], copying.PART_LIFE | {"interview_id"}),
            (other, copies["ElementSalle"], copying.PART_LIFE | {"rests_on_id"}),
            (made["interview"], copies["InterviewClaire Le Goff"], copying.PART_LIFE),
        ]  # fmt: skip
        for before, after, own_life in pairs:
            for attribute in inspect(type(before)).column_attrs:
                if attribute.key not in own_life | {"words"}:
                    assert getattr(after, attribute.key) == getattr(before, attribute.key), attribute.key
        copy = copies["Scenario"]
        assert (copy.interview, copies["ElementSalle"].rests_on) == (
            copies["InterviewClaire Le Goff"],
            copies["ElementServeurs du bloc"],
        )
        assert [element.name for element in copy.elements] == ["Serveurs du bloc"]
        assert copy.elements[0] is copies["ElementServeurs du bloc"]
        assert copy.measures == one.measures
        assert following.previous is past


def test_what_an_analysis_calls_for_is_confidential(write: Write, stage: House) -> None:
    with write() as session:
        made = lay_risks(session, stage.establishments["CHA"])
        for origin in (made["scenario"], made["measure"], made["analysis"]):
            action = Action.raised_by(origin, "Corriger la faille", "Rachid Simon")
            assert (action.confidential, action.journal_title()) == (True, "Action confidentielle")
            assert "bloc" not in (action.origin_title or "")
        assert next_references(session, stage.establishments["CHA"], 2) == ["MS02", "MS03"]
