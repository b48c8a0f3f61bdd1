"""What the register refuses, says or keeps apart, as those who fill it in find it."""

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.outbox import Message
from models.register.activity import Activity
from models.register.checks import CHECKS
from models.register.parts import DataItem, PersonGroup, Recipient, Retention, Transfer
from models.register.words import DpiaNeed, DpiaProgress, RecipientKind, Stage, Status
from tests.cast import Stage as Cast
from tests.client import HouseClient
from tests.register.test_routes import begun, edited

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]
BY_ID = {check.id: check for check in CHECKS}


def _holds(db: Session, check: str, address: str) -> bool:
    identity = address.rsplit("/", 1)[1]
    record = db.scalars(select(Activity).where(Activity.reference.is_not(None))).all()
    found = next(one for one in record if str(one.id) == identity)
    return bool(db.scalar(select(BY_ID[check].holds).select_from(Activity).where(Activity.id == found.id)))


def _given(write: Write, address: str, **values: Any) -> None:
    """Give a record these fields and rows, below the forms."""
    with write() as session:
        for record in session.scalars(select(Activity)):
            if str(record.id) == address.rsplit("/", 1)[1]:
                for name, value in values.items():
                    setattr(record, name, value)


@pytest.mark.parametrize(
    ("check", "lacks", "has"),
    [
        (
            "retention",
            {"retentions": [Retention(item="Dossier", stage=Stage.ACTIVE)]},
            {"retentions": [Retention(item="Dossier", stage=Stage.ACTIVE, wording="Le temps du séjour")]},
        ),
        (
            "recipients",
            {"recipients": [Recipient(kind=RecipientKind.INTERNAL)]},
            {"recipients": [Recipient(kind=RecipientKind.INTERNAL, name="Bureau des entrées")]},
        ),
        (
            "transfers",
            {"transfers_exist": False, "transfers": [Transfer(recipient="Acme", country="CN")]},
            {"transfers_exist": True, "transfers": [Transfer(recipient="Acme", country="CN")]},
        ),
        (
            "sensitive",
            {"sensitive": False, "data_items": [DataItem(category="health")]},
            {"sensitive": True, "data_items": [DataItem(category="health")]},
        ),
        (
            "dpia",
            {"dpia_override": DpiaNeed.REQUIRED, "dpia_reason": "Volume", "dpia_progress": DpiaProgress.NONE},
            {"dpia_override": DpiaNeed.REQUIRED, "dpia_reason": "Volume", "dpia_progress": DpiaProgress.DONE},
        ),
    ],
)
def test_a_line_without_substance_or_against_another_does_not_count(
    client: Clients, write: Write, db: Session, check: str, lacks: dict[str, Any], has: dict[str, Any]
) -> None:
    address = begun(client("dpo"))
    _given(write, address, person_groups=[PersonGroup(category="patients")], **_copies(lacks))
    assert not _holds(db, check, address)
    _given(write, address, **_copies(has))
    assert _holds(db, check, address)


def _copies(values: dict[str, Any]) -> dict[str, Any]:
    """The rows of the table above made anew: each database has its own."""
    return {
        name: [type(row)(**{key: told for key, told in vars(row).items() if key[0] != "_"}) for row in value]
        if isinstance(value, list)
        else value
        for name, value in values.items()
    }


def test_two_people_edit_a_processor_and_the_second_loses_nothing(client: Clients) -> None:
    dpo = client("dpo")
    made = dpo.post("/registre/sous-traitants/nouveau", {"name": "Nuage", "contract_state": "signed"}).location
    first, second = (dpo.get(f"{made}/modifier").values(class_="form") for _ in range(2))
    assert dpo.post(f"{made}/modifier", {**first, "notes": "Note longue"}).status == 303
    page = dpo.post(f"{made}/modifier", {**second, "phone": "02 98 00 00 00"})
    assert page.status == 409
    assert "Note longue" in page.words
    assert "Note longue" in dpo.get(made).words
    kept = page.values(class_="form")
    assert kept["phone"] == "02 98 00 00 00"
    assert dpo.post(f"{made}/modifier", kept).status == 303, "sent again, it replaces knowingly"


def test_the_page_of_a_conflict_tells_each_row_that_was_typed(client: Clients) -> None:
    dpo = client("dpo")
    address = begun(dpo)
    mine = dpo.get(f"{address}/modifier/finalites")
    for number in range(2):
        mine = dpo.post(f"{address}/modifier/finalites", {**mine.values(id="section"), "add": "purposes"})
        mine = dpo.post(
            f"{address}/modifier/finalites",
            {**mine.values(id="section"), f"purposes-{number + 1}-label": f"Neuve {number}", "add": "purposes"},
        )
        mine = dpo.post(
            f"{address}/modifier/finalites", {**mine.values(id="section"), "remove": f"purposes-{number + 2}"}
        )
    assert edited(dpo, address, "identite", notes="Autre").status == 303
    page = dpo.post(f"{address}/modifier/finalites", mine.values(id="section"))
    assert page.status == 409
    assert "Neuve 0" in page.words
    assert "Neuve 1" in page.words


def test_an_archived_record_is_reopened_before_it_is_changed(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    address = begun(dpo)
    form = dpo.get(f"{address}/modifier/identite").values(id="section")
    assert dpo.post(f"{address}/archiver", {"reason": "Terminé"}).status == 303
    assert "/modifier/" not in dpo.get(address).text
    page = dpo.post(f"{address}/modifier/identite", {**form, "name": "Autre nom"})
    assert page.status == 422
    assert "rouvrez-la" in page.words
    ids = {"ids": address.rsplit("/", 1)[1]}
    assert "archivées" in dpo.post("/registre/lot", {**ids, "faire": "revue", "review_on": "2190-05-06"}).words
    assert dpo.post(f"{address}/demander-confirmation").status == 422
    assert db.scalars(select(Activity.name)).all() == ["Paie des agents"]


def test_several_records_go_to_a_service_of_their_hospital_and_back_to_draft(
    client: Clients, write: Write, db: Session, stage: Cast
) -> None:
    dpo = client("dpo")
    address = begun(dpo)
    _given(write, address, status=Status.QUALIFIED)
    one = {"ids": address.rsplit("/", 1)[1], "faire": "service"}
    assert dpo.post("/registre/lot", {**one, "service": str(stage.departments["Laboratoire"])}).status == 422
    assert dpo.post("/registre/lot", {**one, "service": str(stage.departments["Urgences"])}).status == 303
    assert db.scalars(select(Activity.status)).all() == [Status.DRAFT]
    past = {"ids": one["ids"], "faire": "revue", "review_on": "1999-01-01"}
    assert "date de revue à venir" in dpo.post("/registre/lot", past).words


def test_a_contact_keeps_her_records_in_her_services(client: Clients, stage: Cast) -> None:
    dpo, contact = client("dpo"), client("referent")
    address = begun(dpo, "Passages", department_id=str(stage.departments["Urgences"]))
    for elsewhere in (str(stage.departments["Ressources humaines"]), ""):
        page = edited(contact, address, "identite", department_id=elsewhere)
        assert page.status == 422
        assert "de vos services" in page.words
    assert contact.get(address).status == 200
    assert edited(dpo, address, "identite", department_id=str(stage.departments["Ressources humaines"])).status == 303


def test_a_confirmation_that_nobody_would_receive_is_not_asked(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    address = begun(dpo)
    page = dpo.post(f"{address}/demander-confirmation")
    assert page.status == 422
    assert "un contact avec son adresse" in page.words
    assert db.scalars(select(Activity.confirmation_asked_at)).all() == [None]
    assert db.scalars(select(Message)).all() == []
    listed = dpo.post("/registre/lot", {"ids": address.rsplit("/", 1)[1], "faire": "confirmation"})
    assert "n’a personne à qui la demander" in dpo.get(listed.location).words


def test_a_part_of_the_register_says_so_and_tells_only_the_processors_it_names(client: Clients) -> None:
    dpo = client("dpo")
    begun(dpo, "Paie des agents")
    begun(dpo, "Soins aux patients")
    dpo.post("/registre/sous-traitants/nouveau", {"name": "Nuage", "contract_state": "signed"})
    part = {"format": "json", "liste": "q=paie"}
    sent = dpo.post("/registre/exporter", part)
    assert json.loads(sent.data)["processors"] == []
    assert "extrait-registre" in sent.headers["Content-Disposition"]
    whole = dpo.post("/registre/exporter", {"format": "json"})
    assert [one["fields"]["name"] for one in json.loads(whole.data)["processors"]] == ["Nuage"]
    assert "extrait" not in whole.headers["Content-Disposition"]
    assert "Une fiche répond aux filtres" in dpo.get("/registre/exporter?q=paie").words
    assert "aux filtres" not in dpo.get("/registre/exporter?tri=nom").words


def test_a_text_too_long_is_told_its_limit(client: Clients) -> None:
    page = client("dpo").post("/registre/nouvelle", {"name": "x" * 201, "purpose": "Payer", "kind": "controller"})
    assert "Au plus 200 caractères." in page.words


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_nul_in_an_address_breaks_no_list(client: Clients, database: Any) -> None:
    dpo = client("dpo")
    for path in (
        "/registre/",
        "/applications/",
        "/plan/",
        "/journal/",
        "/risques/mesures",
        "/hopen/actions",
        "/personnes/",
    ):
        for name in ("etablissement", "q", "domaine", "acteur", "indicateur", "theme", "societe", "origine", "service"):
            assert dpo.get(f"{path}?{name}=a%00b").status == 200, f"{path}?{name}"
    assert dpo.post("/registre/nouvelle/modele/TP%00").status == 404
    begun(dpo)
    sent = dpo.post("/registre/exporter", {"format": "csv", "liste": "etablissement=%00&domaine=%00"})
    assert sent.status == 200


def test_the_journal_tells_what_left_and_its_digest(client: Clients) -> None:
    dpo = client("dpo")
    begun(dpo)
    sent = dpo.post("/registre/exporter", {"format": "json", "public": "y"})
    told = dpo.get("/journal/?verbe=exported").words
    assert "une ligne, format json, version publique" in told
    assert hashlib.sha256(sent.data).hexdigest() in told
