"""The register's doors, as the people of the cast use them."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.journal import Entry, Verb
from models.register.activity import Activity
from models.register.words import Status
from tests.client import HouseClient, Page

Clients = Callable[[str | None], HouseClient]


def begun(dpo: HouseClient, name: str = "Paie des agents", **more: str) -> str:
    """A record begun by the DPO; gives its address."""
    page = dpo.post("/registre/nouvelle", {"name": name, "purpose": "Payer", "kind": "controller", **more})
    assert page.status == 303, page.words
    return page.location


def edited(who: HouseClient, address: str, slug: str, **typed: object) -> Page:
    """A section of a record, opened, changed and sent."""
    form = who.get(f"{address}/modifier/{slug}")
    assert form.status == 200
    return who.post(f"{address}/modifier/{slug}", {**form.values(id="section"), **typed})


def test_the_dpo_begins_a_record_and_finds_it_in_the_list(client: Clients) -> None:
    dpo = client("dpo")
    address = begun(dpo, "Paie des agents")
    assert dpo.get(address).title.endswith("Paie des agents")
    assert "Paie des agents" in dpo.get("/registre/?q=PAIE+agents").words
    assert "Aucune fiche" in dpo.get("/registre/?q=introuvable").words


def test_a_record_without_name_is_refused_beside_the_field_and_nothing_is_kept(client: Clients, db: Session) -> None:
    page = client("dpo").post("/registre/nouvelle", {"name": " ", "purpose": "Payer", "kind": "controller"})
    assert page.status == 422
    assert "Renseignez ce champ" in page.words
    assert db.scalars(select(Activity)).all() == []


def test_a_section_is_saved_as_a_draft_and_the_journal_tells_it(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    address = begun(dpo)
    assert edited(dpo, address, "identite", name="Paie et primes").status == 303
    assert "Paie et primes" in dpo.get(address).title
    history = dpo.get(f"{address}/historique").words
    assert "Paie des agents" in history
    assert "Diane Petit" in history
    last = db.scalars(select(Entry).where(Entry.subject_type == "activity").order_by(Entry.seq.desc())).first()
    assert last is not None
    assert last.verb is Verb.CHANGED
    assert {(c["before"], c["after"]) for c in last.changes if c["field"] == "name"} == {
        ("Paie des agents", "Paie et primes")
    }


def test_rows_are_added_and_removed_without_script(client: Clients) -> None:
    dpo = client("dpo")
    address = begun(dpo) + "/modifier/finalites"
    page = dpo.get(address)
    page = dpo.post(address, {**page.values(id="section"), "add": "purposes"})
    assert page.status == 422
    assert page.all("textarea", name="purposes-1-label")
    page = dpo.post(address, {**page.values(id="section"), "purposes-1-label": "Déclarer", "add": "purposes"})
    page = dpo.post(address, {**page.values(id="section"), "remove": "purposes-2"})
    sent = dpo.post(address, page.values(id="section"))
    assert sent.status == 303
    assert "Déclarer" in dpo.get(sent.location).words


def test_two_people_edit_the_same_section_and_the_second_loses_nothing(client: Clients) -> None:
    dpo = client("dpo")
    address = begun(dpo)
    mine = dpo.get(f"{address}/modifier/identite").values(id="section")
    assert edited(client("dpo"), address, "identite", name="Nom de l’autre").status == 303
    page = dpo.post(f"{address}/modifier/identite", {**mine, "name": "Mon nom", "notes": "Ma note"})
    assert page.status == 409
    assert "Nom de l’autre" in page.words
    assert page.values(id="section")["name"] == "Mon nom"
    assert page.values(id="section")["notes"] == "Ma note"
    assert "Nom de l’autre" in dpo.get(address).title
    assert dpo.post(f"{address}/modifier/identite", page.values(id="section")).status == 303
    assert "Mon nom" in dpo.get(address).title


def test_an_incomplete_record_cannot_be_declared_complete(client: Clients) -> None:
    dpo = client("dpo")
    address = begun(dpo)
    page = dpo.post(f"{address}/qualifier")
    assert page.status == 422
    assert "destinataire" in page.words


def complete(dpo: HouseClient, address: str) -> None:
    """Fill what article 30 requires."""
    for slug, rows in {
        "donnees": {"person_groups-0-category": "employee", "data_items-0-category": "identity"},
        "durees": {"retentions-0-item": "Bulletins", "retentions-0-stage": "active", "retentions-0-duration": "5",
                   "retentions-0-unit": "years"},
        "destinataires": {"recipients-0-kind": "internal", "recipients-0-name": "DRH", "transfers_exist": "no"},
        "securite": {"security_measures-0-category": "access_control"},
    }.items():  # fmt: skip
        assert edited(dpo, address, slug, **rows).status == 303, slug


def test_a_complete_record_is_qualified_validated_and_versioned(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    address = begun(dpo)
    complete(dpo, address)
    assert dpo.post(f"{address}/qualifier").status == 303
    assert dpo.post(f"{address}/valider", {"review_on": "2199-01-01"}).status == 303
    assert "Version 1 en vigueur" in dpo.get(address).words
    edited(dpo, address, "identite", name="Paie, suite")
    activity = db.scalars(select(Activity)).one()
    assert activity.status is Status.DRAFT
    assert dpo.get(f"{address}/versions/1").status == 200
    compared = dpo.get(f"{address}/comparer?de=v1&a=maintenant").words
    assert "Paie des agents → Paie, suite" in compared


def test_a_review_date_of_the_past_is_refused(client: Clients) -> None:
    dpo = client("dpo")
    address = begun(dpo)
    complete(dpo, address)
    dpo.post(f"{address}/qualifier")
    page = dpo.post(f"{address}/valider", {"review_on": "2001-01-01"})
    assert page.status == 422
    assert "à venir" in page.words


def test_a_reader_sees_but_cannot_change(client: Clients) -> None:
    address = begun(client("dpo"))
    rssi = client("rssi")
    assert rssi.get(address).status == 200
    assert rssi.get(f"{address}/modifier/identite").status == 403
    assert rssi.post(f"{address}/archiver", {"reason": "x"}).status == 403


def test_another_hospital_does_not_know_the_record_exists(client: Clients) -> None:
    address = begun(client("dpo"))
    stranger = client("dpo-est")
    assert stranger.get(address).status == 404
    assert stranger.post(f"{address}/modifier/identite", {"name": "x"}).status == 404
    assert "Paie des agents" not in stranger.get("/registre/").words


def test_the_contact_of_a_service_fills_in_its_records_only(client: Clients, stage: object) -> None:
    dpo = client("dpo")
    urgences = str(stage.departments["Urgences"])  # type: ignore[attr-defined]
    hers, other = begun(dpo, "Passages", department_id=urgences), begun(dpo, "Paie")
    contact = client("referent")
    assert edited(contact, hers, "droits", information="Affiche à l’accueil").status == 303
    assert contact.get(other).status == 404
    assert dpo.post(f"{hers}/demander-confirmation").status == 303
    assert contact.post(f"{hers}/confirmer").status == 303
    assert "confirmée" in dpo.get(hers).words


def test_several_records_are_changed_at_once_or_not_at_all(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    ids = [begun(dpo, f"Traitement {n}").rsplit("/", 1)[1] for n in range(2)]
    done = dpo.post("/registre/lot", {"ids": ids, "faire": "revue", "review_on": "2190-05-06"})
    assert done.status == 303
    assert {str(one.review_on) for one in db.scalars(select(Activity))} == {"2190-05-06"}
    foreign = begun(client("dpo-est"), "Ailleurs").rsplit("/", 1)[1]
    refused = dpo.post("/registre/lot", {"ids": [*ids, foreign], "faire": "revue", "review_on": "2180-01-01"})
    assert refused.status == 404
    db.expire_all()
    assert {str(one.review_on) for one in db.scalars(select(Activity).where(Activity.name != "Ailleurs"))} == {
        "2190-05-06"
    }


def test_a_view_is_kept_under_its_name(client: Clients) -> None:
    dpo = client("dpo")
    assert dpo.post("/registre/vues", {"name": "Mes brouillons", "query": "etat=draft"}).status == 303
    assert "Mes brouillons" in dpo.get("/registre/").words
    assert "Mes brouillons" not in client("rssi").get("/registre/").words


def test_the_register_as_it_was_before_today_is_empty(client: Clients) -> None:
    dpo = client("dpo")
    begun(dpo)
    assert "Aucune fiche à la fin" in dpo.get("/registre/au?date=01/01/2020").words
    assert dpo.get("/registre/au?date=2020-13-01").status == 422


def test_a_typical_processing_fills_a_draft_whose_doubtful_periods_stay_marked(client: Clients) -> None:
    dpo = client("dpo")
    page = dpo.post("/registre/nouvelle/modele/TP02")
    assert page.status == 303
    record = dpo.get(page.location)
    assert "À vérifier" in record.words
    assert dpo.post(f"{page.location}/durees/confirmer").status == 303
    assert "Confirmée par Diane Petit" in dpo.get(page.location).words


def test_a_duration_that_is_no_number_is_refused_beside_its_field(client: Clients) -> None:
    dpo = client("dpo")
    address = begun(dpo)
    row = {"retentions-0-item": "Dossier", "retentions-0-stage": "active", "retentions-0-duration": "vingt"}
    page = edited(dpo, address, "durees", **row)
    assert page.status == 422
    assert "nombre entier" in page.words
    assert "l’unité" in edited(dpo, address, "durees", **{**row, "retentions-0-duration": "20"}).words


def test_a_country_that_does_not_exist_and_a_contract_that_ends_too_soon_are_refused(client: Clients) -> None:
    dpo = client("dpo")
    typed = {"name": "Nuage", "contract_state": "signed", "countries": "France ; Syldavie"}
    dates = {"contract_signed_on": "2026-01-02", "contract_ends_on": "2026-01-01"}
    page = dpo.post("/registre/sous-traitants/nouveau", {**typed, **dates})
    assert page.status == 422
    assert "Syldavie" in page.words
    assert "avant sa signature" in page.words


def test_what_was_typed_is_never_markup_not_even_in_an_error(client: Clients) -> None:
    typed = {"name": "Nuage", "contract_state": "signed", "countries": "<svg/onload=1>"}
    page = client("dpo").post("/registre/sous-traitants/nouveau", typed)
    assert page.status == 422
    assert "<svg/onload=1>" in page.words
    assert "<svg/onload" not in page.text
