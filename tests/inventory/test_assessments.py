"""Auditing how people sign in to an application, alone and side by side, and what the indicators make of it."""

import datetime as dt
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import openpyxl
import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import now, today
from models.inventory.assessment import Assessment
from models.inventory.criteria import CORE
from models.inventory.followup import Arbitration
from models.inventory.words import Answer
from tests.client import HouseClient, Page
from tests.inventory.test_routes import added

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]

MET = dict.fromkeys(CORE, Answer.COMPLIANT)


def begun(who: HouseClient, address: str) -> str:
    """An assessment begun; gives its address."""
    page = who.post(f"{address}/audits")
    assert page.status == 303, page.words
    return page.location


def values(page: Page, answers: dict[str, Answer], reasons: dict[str, str] | None = None) -> dict[str, str]:
    """What the questionnaire holds, with some answers changed."""
    typed = page.values(id="audit")
    for name, code in [(name, code) for name, code in typed.items() if name.endswith("-criterion")]:
        place = name.removesuffix("-criterion")
        if code in answers:
            typed[f"{place}-answer"] = answers[code].value
        if code in (reasons or {}):
            typed[f"{place}-reason"] = (reasons or {})[code]
    return typed


def answered(who: HouseClient, address: str, answers: dict[str, Answer], **more: str) -> Page:
    """A questionnaire opened, answered and saved."""
    return who.post(address, {**values(who.get(address), answers), **more})


def validated(who: HouseClient, address: str) -> Page:
    """The assessment validated as it stands."""
    (revision,) = re.findall(r'name="revision" value="(\d+)"', who.get(address).text)[:1]
    return who.post(f"{address}/valider", {"revision": revision})


def assessed(who: HouseClient, address: str, answers: dict[str, Answer]) -> str:
    """An application assessed and the assessment validated; gives its address."""
    made = begun(who, address)
    assert answered(who, made, answers).status == 303
    assert validated(who, made).status == 303
    return made


def test_an_assessment_is_begun_answered_and_validated(client: Clients, db: Session) -> None:
    it, rssi = client("dsi"), client("rssi")
    made = assessed(rssi, added(it), {**MET, "AUT09": Answer.NON_COMPLIANT})
    found = db.scalars(select(Assessment)).one()
    assert (found.core_met, found.auditor, found.validated_by) == (True, "Rachid Simon", "Rachid Simon")
    assert "P3.4 atteint" in it.get(made).words
    assert "AUT31" in client("dpo").get(made).words, "the DPO reads it"


def test_not_applicable_without_reason_is_refused_and_the_answers_stay(client: Clients, db: Session) -> None:
    it = client("dsi")
    made = begun(it, added(it))
    page = answered(it, made, {"AUT01": Answer.COMPLIANT, "AUT03": Answer.NOT_APPLICABLE})
    assert page.status == 422
    assert "Critère AUT03, Motif, si sans objet : Dites pourquoi ce critère est sans objet" in page.words
    again = page.values(id="audit")
    assert "compliant" in again.values()
    assert all(one.answer is Answer.UNKNOWN for one in db.scalars(select(Assessment)).one().answers)
    typed = values(it.get(made), {"AUT03": Answer.NOT_APPLICABLE}, {"AUT03": "Aucun professionnel immatriculé"})
    assert it.post(made, typed).status == 303


def test_a_proof_stands_beside_its_criterion(client: Clients, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("governance.files.folder", lambda: tmp_path / "files")
    it = client("dsi")
    made = begun(it, added(it))
    link = next(one.get("href") for one in it.get(made).all("a") if "porte=AUT20" in (one.get("href") or ""))
    typed = it.get(link).values(enctype="multipart/form-data")
    assert typed["about"] == "AUT20"

    def sent(about: str) -> Page:
        file = (io.BytesIO(b"Session fermee apres dix minutes"), "session.txt")
        return it.post(
            link.partition("?")[0], {**typed, "files": file, "about": about}, content_type="multipart/form-data"
        )

    assert "Choisissez une valeur de la liste" in sent("AUT99").words
    assert sent("AUT20").status == sent("").status == 303
    answered(it, made, MET)
    assert validated(it, made).status == 303
    rows = {"".join(one.itertext()).strip()[:5]: one for one in client("dpo").get(made).all("tr")}
    shown = {
        code: [one for one in row.iter() if one.get("href", "").startswith("/pieces/")] for code, row in rows.items()
    }
    assert {code: len(links) for code, links in shown.items() if links} == {"AUT20": 1}


@pytest.mark.parametrize(
    "broken", [{"answers-0-answer": "peut-être"}, {"assessed_on": "31/02/2026"}, {"idle_minutes": "x"}]
)
def test_an_impossible_answer_is_refused(broken: dict[str, str], client: Clients) -> None:
    it = client("dsi")
    made = begun(it, added(it))
    assert it.post(made, {**it.get(made).values(id="audit"), **broken}).status == 422


def test_two_auditors_at_once_both_keep_what_they_typed(client: Clients) -> None:
    it, rssi = client("dsi"), client("rssi")
    made = begun(it, added(it))
    mine = values(it.get(made), {"AUT01": Answer.PARTIAL})
    assert answered(rssi, made, {"AUT01": Answer.COMPLIANT}).status == 303
    page = it.post(made, mine)
    assert page.status == 409
    assert "Rachid Simon" in page.words
    assert "Conforme → Partiel" in page.words
    assert it.post(made, page.values(id="audit")).status == 303


def test_what_was_read_is_what_is_validated(client: Clients) -> None:
    it = client("dsi")
    made = begun(it, added(it))
    assert it.post(f"{made}/valider", {"revision": "0"}).status == 409
    assert validated(it, made).status == 422, "nothing is answered yet"
    answered(it, made, {"AUT01": Answer.PARTIAL})
    assert validated(it, made).status == 303
    assert it.post(made, {}).status == 422, "it is frozen"
    assert it.post(f"{made}/abandonner").status == 422


def test_a_draft_is_thrown_away(client: Clients, db: Session) -> None:
    it = client("dsi")
    address = added(it)
    made = begun(it, address)
    assert it.post(f"{address}/audits").status == 422, "one draft at a time"
    assert it.post(f"{made}/abandonner").status == 303
    assert db.scalars(select(Assessment)).all() == []


def test_the_password_rule_is_computed_and_shown(client: Clients) -> None:
    it = client("dsi")
    made = begun(it, added(it))
    measures = {"password_case": "alone", "password_length": "12", "password_enforced": "yes", "renewal": "on_demand",
                "password_alphabet": ["lower", "upper", "digits", "special"], "idle_minutes": "8"}  # fmt: skip
    assert answered(it, made, {}, **measures).status == 303  # type: ignore[arg-type]
    page = it.get(made)
    assert "12 × log₂(94) = 78,7 bits" in page.words
    assert "elle suffit, à l’arrondi près" in page.words
    typed = page.values(id="audit")
    said = {
        code: typed[name.removesuffix("-criterion") + "-answer"]
        for name, code in typed.items()
        if name.endswith("-criterion")
    }
    assert {said[code] for code in ("AUT05", "AUT06", "AUT07", "AUT20")} == {"compliant"}
    assert said["AUT01"] == "unknown"
    assert "Deux exigences se croisent" in page.words


def test_a_new_assessment_starts_from_the_last_and_the_difference_is_told(client: Clients) -> None:
    it = client("dsi")
    address = added(it)
    assessed(it, address, {"AUT01": Answer.PARTIAL})
    assessed(it, address, MET)
    compared = it.get(f"{address}/audits/comparer?de=1&a=2").words
    assert "Partiel → Conforme" in compared
    assert "Remplacé le" in it.get(f"{address}/audits").words


def test_the_grid_takes_several_applications_at_once(client: Clients, db: Session) -> None:
    it = client("dsi")
    ids = [added(it, name).rsplit("/", 1)[1] for name in ("Anesthésie", "Biologie")]
    picked = it.post("/applications/grille/choisir", {"ids": ids})
    assert picked.status == 303
    assert it.post("/applications/grille/choisir", {}).status == 303
    assert it.post("/applications/grille/commencer", {"ids": ids}).status == 303
    page = it.get("/applications/grille")
    typed = page.values(id="grille")
    first, second = (one.get("value") for one in page.all("input", name="audits"))
    typed["audits"] = [first, second]
    wrong = it.post(
        "/applications/grille", {**typed, f"{first}-AUT01": "compliant", f"{second}-AUT03": "not_applicable"}
    )
    assert wrong.status == 422
    assert "Dites pourquoi" in wrong.words
    assert wrong.values(id="grille")[f"{first}-AUT01"] == "compliant", "nothing typed is lost"
    sent = {
        **typed,
        f"{first}-AUT01": "compliant",
        f"{second}-AUT03": "not_applicable",
        f"{second}-AUT03-mots": "Sans médecin",
    }
    assert it.post("/applications/grille", sent).status == 303
    found = {str(one.id): one.by_criterion() for one in db.scalars(select(Assessment))}
    assert found[first]["AUT01"].answer is Answer.COMPLIANT
    assert found[second]["AUT03"].reason == "Sans médecin"
    late = it.post("/applications/grille", sent)
    assert late.status == 409, "the columns changed since this page was read"
    assert "pendant votre saisie" in late.words


def test_the_indicator_counts_what_the_list_shows(client: Clients) -> None:
    it = client("dsi")
    for name, answers in (("Un", MET), ("Deux", {**MET, "AUT20": Answer.PARTIAL}), ("Trois", None)):
        address = added(it, name)
        if answers:
            assessed(it, address, answers)
    added(it, "Sans santé", holds_health_data="no")
    words = it.get("/applications/indicateurs").words
    assert "33 %" in words
    assert "1 sur 3" in words
    for question, count in (("p34", 3), ("p34-atteint", 1), ("p34-manque", 2), ("audites", 2), ("non-conformes", 1)):
        assert f"1 à {count} sur {count}" in it.get(f"/applications/?montrer={question}").words, question


def test_each_establishment_leads_to_its_own_lists(client: Clients) -> None:
    it, auditor = client("dsi"), client("auditeur")
    for name, answers in (("Un", MET), ("Deux", {**MET, "AUT20": Answer.PARTIAL})):
        assessed(it, added(it, name), answers)
    addresses = [one.get("href") or "" for one in auditor.get("/applications/indicateurs").all("a")]
    own = {address for address in addresses if address.endswith("&etablissement=CHA")}
    assert {
        "/applications/?montrer=p34&etablissement=CHA",
        "/applications/?montrer=p34-atteint&etablissement=CHA",
    } <= own
    assert "1 à 2 sur 2" in auditor.get("/applications/?montrer=p34&etablissement=CHA").words
    assert "Aucune application" in auditor.get("/applications/?montrer=p34&etablissement=CHE").words


def test_the_target_is_set_by_who_decides(client: Clients) -> None:
    it = client("dsi")
    assert it.post("/applications/indicateurs/cible", {"percent": "0"}).status == 422
    assert it.post("/applications/indicateurs/cible", {"percent": "90"}).status == 303
    assert it.post("/applications/indicateurs/cible", {"percent": "95"}).status == 303
    assert "Cible de 95 %" in it.get("/applications/indicateurs").words
    assert client("rssi").post("/applications/indicateurs/cible", {"percent": "90"}).status == 403


def test_the_trend_tells_the_months_before(client: Clients, write: Write) -> None:
    it = client("dsi")
    with time_machine.travel(now() - dt.timedelta(days=70), tick=True):
        address = added(client("dsi"))
        assessed(client("dsi"), address, {**MET, "AUT01": Answer.PARTIAL})
    assessed(it, address, MET)
    page = it.get("/applications/indicateurs")
    cells = [" ".join(one.itertext()) for one in page.all("td")]
    assert "100" in cells
    assert "0" in cells


def decision(it: HouseClient, address: str, **typed: str) -> Page:
    form = {"choice": "evolve", "reason": "Version 8", "decided_by": "Daniel Silva", "decided_on": today().isoformat()}
    return it.post(f"{address}/arbitrer", {**form, **typed})


def test_a_decision_is_late_after_thirty_days_and_closed_by_a_better_assessment(client: Clients, db: Session) -> None:
    it = client("dsi")
    address = added(it)
    assessed(it, address, {"AUT01": Answer.NON_COMPLIANT})
    assert "Aucune application" in it.get("/applications/?montrer=decision-en-retard").words
    with time_machine.travel(now() + dt.timedelta(days=32), tick=True):
        later = client("dsi")
        assert "Dossier patient" in later.get("/applications/?montrer=decision-en-retard").words
        assert "Décision attendue depuis" in later.get(f"{address}/suivi").words
        refused = decision(later, address)
        assert refused.status == 422
        assert "date cible" in refused.words
        until = (today() + dt.timedelta(days=90)).isoformat()
        assert decision(later, address, target_on=until, budget="12 000").status == 303
        assert "Aucune application" in later.get("/applications/?montrer=decision-en-retard").words
        assessed(later, address, MET)
    assert db.scalars(select(Arbitration)).one().closed_on is not None


def test_a_containment_has_measures_and_an_end_and_gives_way_to_the_next(client: Clients, db: Session) -> None:
    it = client("dsi")
    address = added(it)
    assert decision(it, address, choice="contain").status == 422
    end = (today() + dt.timedelta(days=20)).isoformat()
    assert decision(it, address, choice="contain", measures="Réseau isolé", expires_on=end).status == 303
    assert "Dossier patient" in it.get("/applications/?montrer=mesures-a-echeance").words
    assert decision(it, address, choice="keep").status == 303
    before, after = db.scalars(select(Arbitration).order_by(Arbitration.created_at))
    assert (before.closed_on, after.closed_on) == (today(), None)
    close = f"/applications/arbitrages/{after.id}/clore"
    assert it.post(close, {"reason": ""}).status == 422
    assert it.post(close, {"reason": "Sans objet"}).status == 303
    assert client("rssi").get(f"{address}/arbitrer").status == 403, "the RSSI assesses, the DSI decides"


def test_the_rate_is_the_one_counted_by_hand_from_the_exported_sheet(client: Clients) -> None:
    it = client("dsi")
    for name, answers in (("Un", MET), ("Deux", {"AUT01": Answer.PARTIAL})):
        assessed(it, added(it, name), answers)
    added(it, "Trois")
    added(it, "Sans santé", holds_health_data="no")
    book = openpyxl.load_workbook(io.BytesIO(it.post("/applications/exporter", {"format": "xlsx"}).data))
    heads, *lines = book["Applications"].iter_rows(values_only=True)
    rows = [dict(zip(heads, line, strict=True)) for line in lines]
    counted = [row for row in rows if row["Données de santé à caractère personnel"] == "Oui"]
    assert [row for row in rows if row["Comptée pour P3.4"] == "Oui"] == counted
    met = [row for row in counted if row["P3.4 atteint"] == "Oui"]
    assert f"{len(met)} sur {len(counted)}" in it.get("/applications/indicateurs").words
    assert len([*book["Réponses"].iter_rows()]) == 1 + 2 * 31
