"""Descriptions, nominations and conflicts of interest as the models know them."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.positions.sections import slug_of
from models.base import now
from models.establishments import Establishment, Group
from models.people import Person
from models.permissions import Role
from models.positions.conflict import ConflictReview, Situation, judged, warnings
from models.positions.description import JobDescription
from models.positions.nomination import Nomination
from models.positions.words import DescriptionStatus, Employment, JobKind, LineKind, Outcome, Scope, Task
from models.rules import RuleBroken
from seed.positions import description_from, grid_of, model_choices, warning_of
from tests.cast import Stage
from tests.positions.posts import nominated, somebody

Write = Callable[[], AbstractContextManager[Session]]
HOME = Establishment(name="CH de l’Anse", code="CHA", group=Group(name="GHT du Ponant"), dpo_name="Ancienne DPO")
DAY = dt.date(2026, 3, 2)


def complete(code: str = "dpo") -> JobDescription:
    made = description_from(code)
    made.establishment, made.reports_to, made.deputy, made.budget = HOME, "Direction générale", "Un adjoint", 9000
    made.relays = "Un relais par pôle"
    made.touch("Rose Henry", now())
    return made


def nomination(**more: object) -> Nomination:
    facts = {
        "establishment": HOME,
        "kind": JobKind.DPO,
        "title": "DPO",
        "starts_on": DAY,
        "employment": Employment.INTERNAL,
    }
    person = Person(given_name="Diane", family_name="Petit", id=None)
    return Nomination(**(facts | {"person": person} | more))


def test_every_model_gives_a_description_that_lacks_only_what_the_hospital_says() -> None:
    for code, _title in model_choices():
        made = description_from(code)
        made.establishment = HOME
        assert made.of(LineKind.MISSION)
        assert made.sources
        assert all(one.field == "covered" or "attend encore" in one.sentence for one in made.missing()), code
        assert all(slug_of(one.field) for one in (*made.missing(), *made.warnings())), code
        ready = complete(code)
        assert [one for one in ready.missing() if "attend encore" in one.sentence] == [], code


def test_a_dpo_without_her_five_tasks_or_her_independence_is_not_validated() -> None:
    made = complete()
    made.lines = [line for line in made.lines if line.task is not Task.D]
    with pytest.raises(RuleBroken, match="il manque : d"):
        made.validate(1, "Rose Henry", DAY)
    made = complete()
    made.no_instruction = False
    assert any("38(3)" in one.sentence for one in made.missing())
    made = complete()
    made.direct_access = False
    assert [one.field for one in made.missing()] == ["direct_access"]


def test_an_edit_of_a_validated_description_prepares_the_next_version() -> None:
    made = complete()
    made.validate(1, "Rose Henry", DAY)
    assert (made.status, made.validated_version) == (DescriptionStatus.VALIDATED, 1)
    with pytest.raises(RuleBroken, match="rien n’est à valider"):
        made.validate(2, "Rose Henry", DAY)
    made.touch("Diane Petit", now())
    assert made.status is DescriptionStatus.DRAFT
    made.archive(DAY, "Poste supprimé")
    with pytest.raises(RuleBroken, match="archivée"):
        made.touch("Diane Petit", now())
    made.reopen()
    assert made.archived_on is None


def test_several_establishments_are_named_or_not_validated() -> None:
    made = complete()
    made.scope = Scope.LISTED
    assert [one.field for one in made.missing()] == ["covered"]


def test_a_term_cannot_end_before_it_begins_nor_a_deputy_be_the_holder() -> None:
    one = nomination(ends_on=DAY - dt.timedelta(days=1))
    with pytest.raises(RuleBroken, match="avant la prise de fonction") as refused:
        one.check()
    assert refused.value.field == "ends_on"
    one = nomination()
    one.deputy = one.person
    with pytest.raises(RuleBroken, match="une autre personne"):
        one.check()
    with pytest.raises(RuleBroken, match="gardez son dernier jour"):
        nomination(ended_reason="Départ").check()
    with pytest.raises(RuleBroken, match="celle d’un DPO"):
        nomination(kind=JobKind.RSSI, cnil_number="DPO-1").check()
    with pytest.raises(RuleBroken, match="dispositif équivalent"):
        nomination(kind=JobKind.RSSI, independent_from_it=False).check()


def test_two_terms_of_a_single_post_never_overlap() -> None:
    first = nomination(ends_on=DAY + dt.timedelta(days=30))
    for starts, overlaps in ((DAY, True), (DAY + dt.timedelta(days=30), True), (DAY + dt.timedelta(days=31), False)):
        next_one = nomination(starts_on=starts)
        if overlaps:
            with pytest.raises(RuleBroken, match="occupe déjà ce poste"):
                next_one.check_alone([first])
        else:
            next_one.check_alone([first])
    nomination(kind=JobKind.RSSI).check_alone([first])
    nomination(kind=JobKind.OTHER, title="Archiviste").check_alone([nomination(kind=JobKind.OTHER, title="Juriste")])
    with pytest.raises(RuleBroken):
        nomination(kind=JobKind.OTHER, title="archiviste").check_alone(
            [nomination(kind=JobKind.OTHER, title="Archiviste")]
        )


def test_cnil_wants_two_public_contacts_of_a_dpo_and_a_day_past() -> None:
    one = nomination(contact_email="dpo@ch.example")
    with pytest.raises(RuleBroken, match="deux moyens"):
        one.designate("DPO-1", DAY, DAY)
    one.contact_phone = "02"
    with pytest.raises(RuleBroken, match="date passée"):
        one.designate("DPO-1", DAY + dt.timedelta(days=1), DAY)
    with pytest.raises(RuleBroken, match="Seul un DPO"):
        nomination(kind=JobKind.RSSI).designate("DPO-1", DAY, DAY)
    one.designate("DPO-1", DAY, DAY)
    assert one.cnil_number == "DPO-1"


def test_a_mission_ends_once_with_its_reason() -> None:
    one = nomination()
    with pytest.raises(RuleBroken, match="pourquoi"):
        one.end(DAY, None)
    with pytest.raises(RuleBroken, match="avant la prise"):
        one.end(DAY - dt.timedelta(days=1), "Départ")
    one.end(DAY, "Départ")
    with pytest.raises(RuleBroken, match="déjà"):
        one.end(DAY, "Départ")


def test_an_examination_is_judged_by_the_rules_of_the_model() -> None:
    grid = grid_of(JobKind.DPO)
    assert grid is not None
    major = next(one for one in grid["questions"] if one["severity"] == "major")
    risky = {major["code"]: major["risk_answer"]}
    assert judged(grid, [], {}, 0) is Outcome.NONE
    assert judged(grid, [], risky, 0) is Outcome.CONFLICT
    assert judged(grid, [], risky, 1) is Outcome.MANAGED
    assert judged(grid, ["cio"], {}, 3) is Outcome.CONFLICT
    assert judged(grid, ["quality_manager"], {}, 1) is Outcome.MANAGED
    with pytest.raises(RuleBroken, match="donnez une date"):
        ConflictReview(outcome=Outcome.MANAGED, examined_on=DAY, justification="Suivi").check(DAY)


def test_the_house_warns_of_the_it_head_and_of_one_person_in_both_posts() -> None:
    one = nomination()
    assert warnings(one, Situation()) == []
    assert warnings(one, Situation(roles=frozenset({Role.IT}))) == ["dpo_is_cio"]
    assert warnings(one, Situation(function="Directrice des systèmes d’information")) == ["dpo_is_cio"]
    assert warnings(one, Situation(function="Directeur des soins")) == []
    functions = ("Directrice financière", "DRH", "Directeur des soins", "")
    assert [Situation(function=said).decides for said in functions] == [True, True, False, False]
    assert warnings(one, Situation(posts=frozenset({JobKind.RSSI}))) == ["same_person"]
    rssi = nomination(kind=JobKind.RSSI, independent_from_it=False)
    assert warnings(rssi, Situation(roles=frozenset({Role.DPO}))) == ["rssi_not_independent", "same_person"]
    assert all(warning_of(code)["text"] for code in ("dpo_is_cio", "same_person", "rssi_not_independent"))


def test_the_dpo_of_an_establishment_is_the_one_in_office_on_the_day(write: Write, stage: Stage) -> None:
    with write() as session:
        place = session.get_one(Establishment, stage.establishments["CHA"])
        before = place.dpo(DAY)
        assert (before.name, before.email, before.nomination_id) == ("Diane Petit", "dpo@cha.example", None)
        old, new = (somebody(session, place, name) for name in ("Anne Vieille", "Nina Neuve"))
        nominated(session, place, old, starts_on=dt.date(2025, 1, 1), ends_on=dt.date(2026, 3, 1))
        later = nominated(session, place, new, starts_on=dt.date(2026, 3, 2), contact_email="nina@cha.example")
        session.expire_all()
        assert place.dpo(dt.date(2026, 3, 1)).name == "Anne Vieille"
        found = place.dpo(dt.date(2026, 3, 2))
        assert (found.name, found.email, found.nomination_id) == ("Nina Neuve", "nina@cha.example", later.id)
        assert place.dpo(dt.date(2024, 12, 31)).name == "Diane Petit"
        on = dt.date(2026, 3, 1)
        soon = session.scalars(select(Nomination).where(Nomination.ends_soon(on))).all()
        assert [one.person.name for one in soon] == ["Anne Vieille"]
        assert soon[0].ends_soon(on)
        waiting = session.scalars(select(Nomination).where(Nomination.awaits_cnil(on))).one()
        assert waiting.awaits_cnil(on)
        assert not later.awaits_cnil(on)
