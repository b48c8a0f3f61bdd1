"""How far the rules are applied: rated one by one or together, derogated from, handed over to those who may."""

import datetime as dt
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import today
from models.journal import Entry, Verb
from models.people import Person, PersonKind
from models.policy.derogation import Decision, Derogation
from models.policy.observance import Observance
from models.policy.policy import Policy
from models.policy.words import Closure, DerogationStatus, RuleStatus
from models.rules import RuleBroken
from tests.cast import Stage
from tests.client import HouseClient
from tests.policy.made import derogation, published_policy, rules_of

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]


@pytest.fixture
def rules(stage: Stage, write: Write) -> dict[str, str]:
    """The address of each rule of a policy in force."""
    with write() as session:
        policy = published_policy(session, stage.establishments["CHA"])
        session.add(
            Person(
                establishment_id=stage.establishments["CHA"], given_name="Nadia", family_name="Berger",
                kind=PersonKind.STAFF, employee_number="4512",
            )
        )  # fmt: skip
        return {code: f"/pssi/regles/{one.id}" for code, one in rules_of(session, policy).items()}


def rated(who: HouseClient, address: str, **typed: Any) -> Any:
    form = who.get(f"{address}/modifier").values(class_="form")
    return who.post(f"{address}/modifier", {**form, **typed})


def test_a_rule_is_rated_entrusted_and_remembers_what_it_was(
    client: Clients, rules: dict[str, str], db: Session
) -> None:
    rssi, address = client("rssi"), rules["R-ACC-01"]
    assert rated(rssi, address, status="partial", owner_name="4512", note="Reste la pharmacie").status == 303
    assert rated(rssi, address, status="applied").status == 303
    page = rssi.get(address)
    for words in ("Appliquée", "Partiellement appliquée", "Nadia Berger", "Reste la pharmacie", "Rachid Simon"):
        assert words in page.words
    kept = db.scalars(select(Observance).where(Observance.code == "R-ACC-01")).one()
    assert (kept.owner_name, kept.person_id is not None) == ("Nadia Berger", True)
    told = db.scalars(select(Entry).where(Entry.subject_type == "policy_observance")).all()
    assert "Reste la pharmacie" not in str([one.changes for one in told])
    assert "partial" not in str([one.changes for one in told])


def test_a_rule_without_object_needs_its_reason_and_nothing_typed_is_lost(
    client: Clients, rules: dict[str, str], db: Session
) -> None:
    rssi, address = client("rssi"), rules["R-ACC-01"]
    page = rated(rssi, address, status="not_applicable", note="Aucun accès distant")
    assert (page.status, "Dites pourquoi cette règle est sans objet" in page.words) == (422, True)
    assert "Aucun accès distant" in page.text
    assert db.scalars(select(Observance.status).where(Observance.code == "R-ACC-01")).one() is RuleStatus.TO_FILL
    assert rated(rssi, address, status="not_applicable", reason="Pas de télétravail").status == 303


def test_two_who_rate_the_same_rule_lose_nothing(client: Clients, rules: dict[str, str]) -> None:
    rssi, path = client("rssi"), f"{rules['R-ACC-01']}/modifier"
    first, second = (rssi.get(path).values(class_="form") for _ in range(2))
    assert rssi.post(path, {**first, "status": "applied"}).status == 303
    page = rssi.post(path, {**second, "status": "not_applied", "note": "Vu au laboratoire"})
    assert (page.status, "entre-temps" in page.words, "Vu au laboratoire" in page.text) == (409, True, True)
    assert rssi.post(path, page.values(class_="form")).status == 303
    assert "Non appliquée" in rssi.get(rules["R-ACC-01"]).words


def test_several_rules_are_rated_at_once_or_none(client: Clients, rules: dict[str, str], db: Session) -> None:
    rssi = client("rssi")
    ids = [address.rsplit("/", 1)[1] for address in rules.values()]
    assert rssi.post("/pssi/regles/lot", {"ids": ids, "faire": "etat", "status": "applied"}).status == 303
    page = rssi.post("/pssi/regles/lot", {"ids": ids, "faire": "etat", "status": "not_applicable"})
    assert (page.status, "sans objet" in page.words) == (422, True)
    assert set(db.scalars(select(Observance.status))) == {RuleStatus.APPLIED}
    assert rssi.post("/pssi/regles/lot", {"ids": ids, "faire": "responsable", "owner_name": "DSI"}).status == 303
    assert rssi.post("/pssi/regles/lot", {"ids": ["x"], "faire": "etat"}).status == 303
    page = rssi.get("/pssi/regles?etat=applied")
    assert "3 sur 3" in page.words
    assert "1 à 3 sur 3" in page.words
    assert "Aucune règle" in rssi.get("/pssi/regles?montrer=sans-responsable").words


def test_what_leaves_says_for_whom_it_is_and_is_told(client: Clients, rules: dict[str, str], db: Session) -> None:
    rated(client("rssi"), rules["R-ACC-01"], status="not_applied", note="=cmd|'/C calc'!A0")
    auditor = client("auditeur")
    page = auditor.post("/pssi/regles/exporter", {"etablissement": "CHA"})
    book = openpyxl.load_workbook(io.BytesIO(page.data))
    first = " ".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    assert "DIFFUSION RESTREINTE" in first
    assert "Aude Girard" in first
    cells = [cell.value for row in book["Règles"].iter_rows() for cell in row]
    assert "Non appliquée" in cells
    assert not [one for one in cells if str(one).startswith("=")]
    told = db.scalars(select(Entry).where(Entry.verb == Verb.EXPORTED)).one()
    assert (told.detail["rows"], told.actor_name) == (3, "Aude Girard")
    assert "R-ACC" not in page.headers["Content-Disposition"]


# Derogations


def asked(who: HouseClient, known: dict[str, str], **typed: Any) -> Any:
    identity = known["R-ACC-02"].rsplit("/", 1)[1]
    form = who.get(f"/pssi/derogations/nouvelle?regle={identity}").values(class_="form")
    usual = {
        "title": "Automate sans compte", "requester": "Nadia Berger", "scope": "Deux automates",
        "reason": "L’éditeur ne sait pas faire", "severity": "2", "likelihood": "2", "compensation": "Réseau isolé",
    }  # fmt: skip
    return who.post("/pssi/derogations/nouvelle", {**form, **usual, **typed})


def decided(who: HouseClient, address: str, **typed: Any) -> Any:
    form = who.get(f"{address}/decider").values(class_="form")
    usual = {"status": "granted", "decided_by": "Claire Dubois", "decided_on": today().isoformat()}
    return who.post(f"{address}/decider", {**form, **usual, **typed})


def test_a_derogation_is_asked_granted_and_expires(
    client: Clients, rules: dict[str, str], write: Write, db: Session
) -> None:
    rssi = client("rssi")
    page = asked(rssi, rules)
    assert page.status == 303, page.words
    address = page.location
    assert f"DER-{today().year}-001" in rssi.get(address).words
    own = decided(rssi, address, decided_by="nadia berger")
    assert (own.status, "Nul ne décide de sa propre demande" in own.words) == (422, True)
    assert decided(rssi, address, status="refused").status == 422
    assert decided(rssi, address).status == 303
    assert "Claire Dubois" in rssi.get(address).words
    assert "1 à 1 sur 1" in rssi.get("/pssi/derogations?montrer=en-cours").words
    assert rssi.get("/pssi/regles?montrer=derogees").words.count("R-ACC-02") == 1
    changed = rssi.post(f"{address}/modifier", rssi.get(f"{address}/modifier").values(class_="form"))
    assert (changed.status, "ne se modifie plus" in changed.words) == (422, True)
    with write() as session:
        one = session.scalars(select(Derogation)).one()
        one.starts_on, one.ends_on = (today() - dt.timedelta(days=days) for days in (90, 1))
    assert "Expirée depuis" in rssi.get("/pssi/derogations?montrer=expirees").words
    assert "de nouveau exigible" in rssi.get(address).words
    form = rssi.get(f"{address}/clore").values(class_="form")
    assert rssi.post(f"{address}/clore", {**form, "closure": "expired"}).status == 303
    told = db.scalars(select(Entry).where(Entry.subject_type == "policy_derogation")).all()
    assert {one.subject_title for one in told} == {f"DER-{today().year}-001"}
    assert "Automate" not in str([one.changes for one in told])


def test_a_derogation_that_ends_before_it_begins_is_refused_beside_the_field(
    client: Clients, rules: dict[str, str], db: Session
) -> None:
    rssi = client("rssi")
    page = asked(rssi, rules, ends_on=(today() - dt.timedelta(days=1)).isoformat())
    assert page.status == 422
    assert "finit avant de commencer" in " ".join(page.one("p", id="ends_on-error").itertext())
    assert "Deux automates" in page.text
    page = asked(rssi, rules, ends_on=(today() + dt.timedelta(days=500)).isoformat())
    assert "douze mois au plus" in page.words
    page = asked(rssi, rules, rules=[])
    assert "Choisissez au moins une règle" in page.words
    assert db.scalars(select(Derogation)).all() == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_a_derogation_needs_to_be_granted(stage: Stage, write: Write) -> None:
    with write() as session:
        policy = published_policy(session, stage.establishments["CHA"])
        rule = rules_of(session, policy)["R-ACC-01"]
        grant = Decision(DerogationStatus.GRANTED, "Claire Dubois", None, today(), None, None)
        for change, words in (
            ({"compensation": None}, "mesure compensatoire"),
            ({"personal_data": True}, "l’avis du DPO"),
        ):
            with pytest.raises(RuleBroken, match=words):
                derogation(session, rule, **change).decide(grant)
        with pytest.raises(RuleBroken, match="conditions"):
            derogation(session, rule).decide(
                Decision(DerogationStatus.CONDITIONAL, "Claire Dubois", None, today(), None, None)
            )
        with pytest.raises(RuleBroken, match="2 mois au plus"):
            derogation(session, rule).decide(grant, most_months=2)
        one = derogation(session, rule, severity=4, likelihood=3)
        assert one.level == 3
        one.decide(grant)
        with pytest.raises(RuleBroken, match="déjà décidée"):
            one.decide(grant)
        one.close(Closure.RENEWED, today())
        with pytest.raises(RuleBroken, match="accordée"):
            one.close(Closure.RENEWED, today())


def test_staff_and_the_auditor_of_another_hospital_learn_nothing_of_the_weaknesses(
    client: Clients, rules: dict[str, str], stage: Stage, write: Write
) -> None:
    with write() as session:
        policy = session.scalars(select(Policy)).one()
        one = derogation(session, rules_of(session, policy)["R-ACC-01"])
        paths = [rules["R-ACC-01"], f"/pssi/derogations/{one.id}"]
    for login in ("agent", "rh", "referent", "admin"):
        who = client(login)
        for path in (*paths, "/pssi/regles", "/pssi/derogations", "/pssi/regles/exporter"):
            assert who.get(path).status == 403
    elsewhere = client("dpo-est")
    assert [elsewhere.get(path).status for path in paths] == [404, 404]
    for path in ("/pssi/regles", "/pssi/derogations"):
        assert "Automate" not in elsewhere.get(path).words
        assert "R-ACC-01" not in elsewhere.get(path).words
    page = elsewhere.post("/pssi/regles/exporter", {"etablissement": "CHA"})
    assert b"R-ACC" not in page.data
    admin = client("admin")
    assert "Automate" not in admin.get("/journal").words
