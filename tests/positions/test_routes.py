"""Descriptions and nominations, as the people of the cast use them."""

import datetime as dt
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import docx
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from governance import concordance, daily, signing, validations
from models.accounts import RoleGrant
from models.base import today
from models.establishments import Establishment
from models.evidence import Attachment
from models.journal import Entry, Verb
from models.outbox import Message
from models.positions.description import JobDescription
from models.positions.nomination import Nomination
from models.positions.words import DescriptionStatus, Employment, JobKind, LineKind
from seed.positions import grid_of
from tests.cast import Stage
from tests.client import HouseClient
from tests.evidence.samples import PDF, PNG
from tests.journal.test_tampering import administrator
from tests.positions.conftest import Port
from tests.positions.posts import nominated, somebody

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


def held(page: Any, **more: Any) -> dict[str, Any]:
    """What the form of a page holds, with what is typed over it."""
    return page.values(**{"class": "form"}) | more


def nominate(who: HouseClient, **typed: Any) -> Any:
    form = {
        "kind": "dpo", "title": "Déléguée à la protection des données", "person": "101", "employment": "internal",
        "starts_on": today().isoformat(), "contact_email": "dpo@cha.example", "contact_phone": "02 98 00 00 10",
        "signatory": "Anne Ker", "signatory_quality": "directrice", "decision_reference": "2026-12",
    }  # fmt: skip
    return who.post("/postes/nominations/nouvelle", form | typed)


def test_hr_writes_a_description_from_our_model_and_validates_it(client: Clients, db: Session, stage: Stage) -> None:
    hr = client("rh")
    made = hr.post("/postes/nouvelle", {"origin": "dpo", "place": str(stage.establishments["CHA"])})
    address = made.location
    shown = hr.get(address)
    assert "Informer et conseiller" in shown.words
    assert "Lu dans un texte officiel" in shown.words
    assert "attend encore : le rattachement" in shown.words
    refused = hr.post(f"{address}/valider", held(hr.get(f"{address}/valider")))
    assert refused.status == 422
    assert "attend encore" in refused.words
    for slug, typed in (
        ("independance", {"reports_to": "Direction générale", "conflict_on": "2026-01-02"}),
        ("moyens", {"budget": "12000", "deputy": "Le RSSI adjoint"}),
    ):
        page = hr.get(f"{address}/modifier/{slug}")
        assert hr.post(f"{address}/modifier/{slug}", held(page, **typed)).status == 303
    assert "identifiée de 12 000 euros" in hr.get(address).words
    assert hr.post(f"{address}/valider", held(hr.get(f"{address}/valider"))).status == 303
    found = db.scalars(select(JobDescription)).one()
    assert (found.status, found.validated_version, found.validated_by) == (DescriptionStatus.VALIDATED, 1, "Rose Henry")
    told = db.scalars(select(Entry).where(Entry.verb == Verb.VALIDATED, Entry.subject_id == found.id)).one()
    assert told.detail["number"] == 1
    for ending, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        assert hr.get(f"{address}/versions/1/document.{ending}").data.startswith(start)
        assert hr.get(f"{address}/document.{ending}").data.startswith(start)


def test_a_frozen_description_edited_by_hand_is_named(app: Flask, client: Clients, stage: Stage) -> None:
    hr = client("rh")
    address = hr.post("/postes/nouvelle", {"origin": "dpo", "place": str(stage.establishments["CHA"])}).location
    for slug, typed in (
        ("independance", {"reports_to": "Direction"}),
        ("moyens", {"budget": "1", "deputy": "Un autre"}),
    ):
        assert hr.post(f"{address}/modifier/{slug}", held(hr.get(f"{address}/modifier/{slug}"), **typed)).status == 303
    assert hr.post(f"{address}/valider", held(hr.get(f"{address}/valider"))).status == 303
    with app.app_context(), app.extensions["engine"].connect() as connection:
        assert list(validations.verify(connection)) == []
    with administrator(app.extensions["engine"]) as connection:
        connection.execute(text("UPDATE version SET content = '{}'"))
    with app.app_context(), app.extensions["engine"].connect() as connection:
        (fault,) = validations.verify(connection)
        assert "a été modifiée dans la base" in str(fault)


def test_a_nomination_edited_by_hand_is_named(app: Flask, client: Clients, port: Port) -> None:
    hr, engine = client("rh"), app.extensions["engine"]
    address = nominate(hr).location
    page = hr.get(f"{address}/modifier")
    assert hr.post(f"{address}/modifier", held(page, signatory="Anne Kerdoncuff")).status == 303

    def told() -> list[str]:
        with app.app_context(), engine.connect() as connection:
            return [fault.reason for fault in concordance.verify(connection, signing.trusted_keys())]

    assert told() == []
    for edit, said in (
        ("UPDATE nomination SET cnil_number = 'DPO-1', cnil_on = '2026-01-02'", "Numéro de désignation (CNIL), Dés"),
        ("UPDATE nomination SET person_id = (SELECT id FROM person WHERE family_name = 'Neuve')", "(CNIL), Titulaire"),
        ("UPDATE nomination SET deputy_id = (SELECT id FROM person WHERE id <> person_id LIMIT 1)", "Suppléant"),
        ("DELETE FROM nomination", "manque dans la base"),
    ):
        with engine.begin() as connection:
            connection.execute(text(edit))
        assert len(told()) > 0
        assert all(said in reason for reason in told())


def test_the_nominations_shown_leave_as_a_workbook(client: Clients, db: Session, port: Port) -> None:
    hr = client("rh")
    assert nominate(hr, ends_on=(today() + dt.timedelta(days=400)).isoformat()).status == 303
    asked = {"liste": "montrer=en-fonction"}
    file = hr.post("/postes/nominations/exporter", asked)
    sheet = load_workbook(io.BytesIO(file.data)).worksheets[0]
    heads, row = list(sheet.iter_rows(values_only=True))
    told = dict(zip(heads, row, strict=True))
    assert (told["Titulaire"], told["Référence de la décision"]) == ("Diane Petit", "2026-12")
    entry = db.scalars(select(Entry).where(Entry.verb == Verb.EXPORTED)).one()
    assert entry.detail["rows"] == 1
    assert client("dpo-est").post("/postes/nominations/exporter", asked).data.count(b"Diane") == 0


def test_a_new_version_says_what_changes_and_the_difference_is_shown(client: Clients, port: Port) -> None:
    hr, address = client("rh"), f"/postes/{port.description}"
    page = hr.get(f"{address}/modifier/missions")
    typed = held(page) | {"mission-0-text": "Conseiller la direction et les services."}
    assert hr.post(f"{address}/modifier/missions", typed).status == 303
    refused = hr.post(f"{address}/valider", held(hr.get(f"{address}/valider")))
    assert "ce qui change" in refused.words
    values = held(hr.get(f"{address}/valider"), note="Mission de conseil resserrée")
    assert hr.post(f"{address}/valider", values).status == 303
    shown = hr.get(f"{address}/comparer?de=1&a=2")
    assert "Une différence" in shown.words
    assert "services" in " ".join("".join(one.itertext()) for one in shown.all("ins"))
    assert "Aucune différence" in hr.get(f"{address}/comparer?de=2&a=maintenant").words


def test_lines_are_added_removed_and_plain_lists_typed_one_a_line(client: Clients, db: Session, port: Port) -> None:
    hr, address = client("rh"), f"/postes/{port.description}/modifier"
    page = hr.get(f"{address}/activites")
    more = hr.post(f"{address}/activites", held(page) | {"add": "activity"})
    count = sum(name.endswith("-text") for name in held(page))
    assert f"activity-{count}-text" in held(more)
    typed = held(more) | {f"activity-{count}-text": "Tenir la permanence", f"activity-{count}-frequency": "weekly"}
    assert hr.post(f"{address}/activites", typed).status == 303
    less = hr.post(f"{address}/activites", held(hr.get(f"{address}/activites")) | {"remove": "activity-0"})
    assert hr.post(f"{address}/activites", held(less)).status == 303
    assert (
        hr.post(f"{address}/moyens", held(hr.get(f"{address}/moyens"), tool="Un bureau fermé\n\nUn coffre")).status
        == 303
    )
    found = db.get_one(JobDescription, port.description)
    activities = found.of(LineKind.ACTIVITY)
    assert len(activities) == count
    assert activities[-1].text == "Tenir la permanence"
    assert [line.text for line in found.of(LineKind.TOOL)] == ["Un bureau fermé", "Un coffre"]
    assert found.status is DescriptionStatus.DRAFT
    wrong = hr.post(f"{address}/moyens", held(hr.get(f"{address}/moyens"), budget="beaucoup", deputy="Une autre"))
    assert wrong.status == 422
    assert "un nombre entier" in wrong.words
    assert wrong.one("input", name="deputy").get("value") == "Une autre"


def test_two_editors_of_a_description_lose_nothing(client: Clients, db: Session, port: Port) -> None:
    address = f"/postes/{port.description}/modifier/profil"
    hr, dpo = client("rh"), client("dpo")
    mine, theirs = held(hr.get(address), diploma="Bac + 5"), held(dpo.get(address), diploma="Bac + 3")
    assert dpo.post(address, theirs).status == 303
    conflict = hr.post(address, mine)
    assert conflict.status == 409
    gone, come = (["".join(one.itertext()) for one in conflict.all(tag)] for tag in ("del", "ins"))
    assert any("3" in word for word in gone)
    assert any("5" in word for word in come)
    assert "Diane Petit l’a enregistrée" in conflict.words
    assert "Bac + 5" in "".join(conflict.one("textarea", name="diploma").itertext())
    assert hr.post(address, held(conflict)).status == 303
    assert db.get_one(JobDescription, port.description).diploma == "Bac + 5"


def test_a_description_is_copied_archived_and_reopened(client: Clients, db: Session, port: Port) -> None:
    hr, address = client("rh"), f"/postes/{port.description}"
    twin = hr.post(f"{address}/copier", {"title": "DPO adjoint"}).location
    assert "DPO adjoint" in hr.get(twin).words
    assert hr.post(f"{address}/archiver", {"reason": " "}).status == 422
    assert hr.post(f"{address}/archiver", {"reason": "Remplacée"}).status == 303
    refused = hr.post(f"{address}/modifier/profil", held(hr.get(f"{address}/modifier/profil")))
    assert refused.status == 422
    assert "archivée" in refused.words
    assert hr.post(f"{address}/rouvrir").status == 303
    assert hr.post(f"{address}/rouvrir").status == 422
    assert len(db.scalars(select(JobDescription)).all()) == 2


def test_a_description_shared_by_a_hospital_is_read_there_and_changed_at_home(
    client: Clients, stage: Stage, port: Port
) -> None:
    hr, address = client("rh"), f"/postes/{port.description}"
    assert client("dpo-est").get(address).status == 404
    page = hr.get(f"{address}/modifier/poste")
    both = [str(stage.establishments[code]) for code in ("CHA", "CHE")]
    assert hr.post(f"{address}/modifier/poste", held(page) | {"scope": "shared_list", "covered": both}).status == 303
    east = client("dpo-est")
    assert "CH de l’Est" in east.get(address).words
    assert "Délégué à la protection des données (DPO)" in east.get("/postes/").words
    assert east.get(f"{address}/modifier/poste").status == 403


def test_from_the_description_to_the_designation_in_one_sitting(client: Clients, db: Session, port: Port) -> None:
    dpo = client("dpo")
    form = dpo.get(f"/postes/nominations/nouvelle?fiche={port.description}")
    assert form.one("input", name="reports_to").get("value") == "Direction générale"
    made = dpo.post("/postes/nominations/nouvelle", held(form, person="Diane Petit", contact_email="dpo@cha.example"))
    address = made.location
    shown = dpo.get(address)
    assert "1 sur 7" in shown.words
    questions = dpo.get(f"{address}/conflits")
    assert dpo.post(f"{address}/conflits", safe(questions)).status == 303
    letter = dpo.get(f"{address}/documents/mission_letter_dpo.docx")
    assert letter.data.startswith(b"PK")
    assert dpo.get(f"{address}/documents/nomination_decision.pdf").data.startswith(b"%PDF")
    assert dpo.get(f"{address}/documents/mission_letter_rssi.pdf").status == 404
    image = dpo.post(
        f"{address}/signatures", {"decided_on": today().isoformat(), "decision": (io.BytesIO(PNG), "decision.png")}
    )
    assert image.status == 422
    assert "il faut un fichier .pdf" in image.words
    assert db.scalars(select(Attachment)).all() == []
    signed = {
        "decided_on": today().isoformat(), "decision": (io.BytesIO(PDF), "decision.pdf"),
        "letter_signed_on": today().isoformat(), "letter": (io.BytesIO(PDF), "lettre.pdf"),
    }  # fmt: skip
    assert dpo.post(f"{address}/signatures", signed).status == 303
    assert all(piece.kept for piece in db.scalars(select(Attachment)))
    one_way = dpo.post(
        f"{address}/cnil", {"cnil_number": "DPO-1", "cnil_on": today().isoformat(), "contact_email": "dpo@cha.example"}
    )
    assert one_way.status == 422
    assert "deux moyens publics" in one_way.words
    assert one_way.one("input", name="cnil_number").get("value") == "DPO-1"
    whole = {
        "cnil_number": "DPO-1", "cnil_on": today().isoformat(), "contact_email": "dpo@cha.example",
        "contact_phone": "02 98 00 00 10", "published_at": "Site internet",
    }  # fmt: skip
    assert dpo.post(f"{address}/cnil", whole).status == 303
    found = db.scalars(select(Nomination)).one()
    assert (found.cnil_number, found.description_version, found.decided_on) == ("DPO-1", 1, today())
    assert "6 sur 7" in dpo.get(address).words


def test_the_register_names_the_dpo_of_the_nomination_and_follows_a_change(
    client: Clients, db: Session, write: Write, stage: Stage, port: Port
) -> None:
    dpo = client("dpo")
    made = dpo.post("/registre/nouvelle", {"name": "Paie", "purpose": "Payer", "kind": "controller"})
    record = made.location
    assert "dpo@cha.example" in dpo.get(record).words
    nominate(dpo, person="102", contact_email="nina@cha.example")
    shown = dpo.get(record).words
    assert "Nina Neuve" in shown
    assert "nina@cha.example" in shown
    assert "Nina Neuve" in dpo.get(f"/etablissements/{port.place}").words
    page = dpo.get("/registre/exporter")
    ods = dpo.post("/registre/exporter", held(page, format="docx"))
    assert ods.status == 200
    assert "nina@cha.example" in _text(ods.data)
    address = f"/postes/nominations/{db.scalars(select(Nomination.id)).one()}"
    edit = dpo.get(f"{address}/modifier")
    assert dpo.post(f"{address}/modifier", held(edit, contact_email="donnees@cha.example")).status == 303
    assert "donnees@cha.example" in dpo.get(record).words
    assert dpo.post(f"{address}/fin", {"ends_on": today().isoformat(), "reason": "Départ"}).status == 303
    with write() as session:
        tomorrow = today() + dt.timedelta(days=1)
        assert session.get_one(Establishment, stage.establishments["CHA"]).dpo(tomorrow).email == "dpo@cha.example"


def _text(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_bad_input_is_said_beside_its_field_and_nothing_is_lost(client: Clients, db: Session, port: Port) -> None:
    hr = client("rh")
    assert nominate(hr).status == 303
    twice = nominate(hr, person="102", notes="À garder")
    assert twice.status == 422
    assert "Diane Petit occupe déjà ce poste" in twice.words
    assert "À garder" in "".join(twice.one("textarea", name="notes").itertext())
    backwards = nominate(hr, person="102", starts_on="2020-03-02", ends_on="2020-03-01")
    assert "avant la prise de fonction" in backwards.words
    assert "Personne dans l’annuaire" in nominate(hr, kind="rssi", person="Inconnu Total").words
    assert "une autre personne" in nominate(hr, kind="rssi", deputy="Diane Petit").words
    assert "https://" in nominate(hr, kind="rssi", contact_page="javascript:alert(1)").words
    justified = nominate(hr, kind="rssi", independent_from_it="no")
    assert "dispositif équivalent" in justified.words
    assert len(db.scalars(select(Nomination)).all()) == 1


def test_two_editors_of_a_nomination_lose_nothing(client: Clients, db: Session, port: Port) -> None:
    hr, dpo = client("rh"), client("dpo")
    address = nominate(hr).location
    mine, theirs = (held(who.get(f"{address}/modifier")) for who in (hr, dpo))
    assert dpo.post(f"{address}/modifier", theirs | {"relays": "Un par pôle"}).status == 303
    conflict = hr.post(f"{address}/modifier", mine | {"relays": "Aucun"})
    assert conflict.status == 409
    assert any("Aucun" in "".join(one.itertext()) for one in conflict.all("ins"))
    assert conflict.one("input", name="relays").get("value") == "Aucun"
    assert db.scalars(select(Nomination)).one().relays == "Un par pôle"


def test_a_post_shared_by_two_hospitals_is_nominated_in_each(
    client: Clients, db: Session, write: Write, stage: Stage, port: Port
) -> None:
    with write() as session:
        grant = session.scalars(select(RoleGrant).where(RoleGrant.user_id == stage.users["rh"])).one()
        grant.establishment_id = None
    hr, east = client("rh"), stage.establishments["CHE"]
    address = nominate(hr, etablissement="CHA", others=str(east)).location
    found = db.scalars(select(Nomination)).all()
    assert {one.establishment_id for one in found} == {port.place, east}
    assert {one.employment for one in found} == {Employment.SHARED}
    assert len({one.sharing_id for one in found}) == 1
    assert "Poste partagé avec" in hr.get(address).words
    letter = hr.get(f"{address}/documents/sharing_agreement_clauses.docx")
    assert "CH de l’Anse, CH de l’Est" in _text(letter.data)
    assert nominate(hr, etablissement="CHA", person="102", others=str(east)).status == 422


def test_the_house_warns_when_the_dpo_runs_the_it_department(
    client: Clients, write: Write, stage: Stage, port: Port
) -> None:
    with write() as session:
        place = session.get_one(Establishment, port.place)
        head = somebody(session, place, "Daniel Silva", user_id=stage.users["dsi"], employee_number="900")
        rssi = nominated(session, place, head, kind=JobKind.RSSI, title="RSSI", independent_from_it=True)
        both = nominated(session, place, head, starts_on=dt.date(2021, 1, 1))
        addresses = [f"/postes/nominations/{one.id}" for one in (both, rssi)]
    shown = client("auditeur").get(addresses[0]).words
    assert "DPO également directeur des systèmes d’information" in shown
    assert "Même personne RSSI et DPO" in shown
    assert "Le récépissé de la CNIL manque" in shown
    assert "RSSI rattaché à la DSI" in client("auditeur").get(addresses[1]).words


def safe(page: Any) -> dict[str, Any]:
    """The form of an examination with the answer that is no risk to each question."""
    grid = grid_of(JobKind.DPO) or {}
    other = {"yes": "no", "no": "yes"}
    return held(page) | {one["code"].replace("-", "_").lower(): other[one["risk_answer"]] for one in grid["questions"]}


def test_conflicts_of_interest_are_examined_again_each_time(client: Clients, db: Session, port: Port) -> None:
    hr = client("rh")
    address = nominate(hr).location
    unanswered = hr.post(f"{address}/conflits", {"examined_on": today().isoformat()})
    assert unanswered.status == 422
    assert "Répondez par oui ou par non" in unanswered.words
    calm = safe(hr.get(f"{address}/conflits"))
    risky = calm | {"functions": "quality_manager", "examined_on": today().isoformat(), "review_on": ""}
    refused = hr.post(f"{address}/conflits", risky)
    assert refused.status == 422
    assert "Décrivez la situation" in refused.words
    managed = risky | {"mitigations": "MT-02", "justification": "Suppléant nommé"}
    assert "donnez une date" in hr.post(f"{address}/conflits", managed).words
    managed["review_on"] = (today() + dt.timedelta(days=200)).isoformat()
    assert hr.post(f"{address}/conflits", managed).status == 303
    assert "Suppléant nommé" in hr.get(address).words
    assert "Responsable de la qualité" in hr.get(address).words
    assert hr.post(f"{address}/conflits", calm).status == 303
    found = db.scalars(select(Nomination)).one()
    assert sorted(one.outcome.value for one in found.reviews) == ["managed", "none"]
    assert hr.get(f"{address.replace(str(found.id), str(port.description))}/conflits").status == 404


def test_terms_that_end_are_called_to_mind_once(write: Write, db: Session, stage: Stage, port: Port) -> None:
    monday = today() - dt.timedelta(days=today().weekday()) + dt.timedelta(days=7)
    with write() as session:
        place = session.get_one(Establishment, port.place)
        person = somebody(session, place, "Estelle Blanc")
        nominated(session, place, person, ends_on=monday + dt.timedelta(days=30))
    with write():
        assert daily.remind(monday) == 2
        assert daily.remind(monday) == 0, "told once"
    sent = db.scalars(select(Message)).all()
    assert {one.recipient for one in sent} == {"rh@ght.example", "dpo@ght.example"}
    assert all("Estelle Blanc" in one.body for one in sent)


def test_the_start_page_counts_what_the_lists_show(client: Clients, write: Write, port: Port) -> None:
    with write() as session:
        place = session.get_one(Establishment, port.place)
        nominated(session, place, somebody(session, place, "Anne Fin"), ends_on=today() + dt.timedelta(days=10))
    hr = client("rh")
    tiles = {one.get("href"): one for one in hr.get("/").all("a") if "tile" in (one.get("class") or "")}
    counted = {address: int("".join(tile.find(".//{*}strong").itertext())) for address, tile in tiles.items()}
    assert counted["/postes/sans-titulaire"] == 1
    assert counted["/postes/nominations?montrer=fin-proche"] == 1
    assert "RSSI" in hr.get("/postes/sans-titulaire").words
    assert "Anne Fin" in hr.get("/postes/nominations?montrer=fin-proche").words
    assert "Terme proche" in hr.get("/postes/nominations").words


def test_roles_read_and_keep_what_is_theirs(client: Clients, port: Port) -> None:
    address = nominate(client("rh")).location
    for login, read, edit in (("dsi", 200, 403), ("auditeur", 200, 403), ("rssi", 200, 200), ("agent", 403, 403)):
        assert client(login).get(address).status == read, login
        assert client(login).get(f"{address}/modifier").status == edit, login
    assert client("dpo-est").get(address).status == 404
    assert client("rssi").get(f"/postes/{port.description}/valider").status == 403
