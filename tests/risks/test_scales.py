"""Another scale: chosen or written, shown with its effect before it is confirmed, and never half done."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from tests.risks.test_routes import Clients, begun, scenario

OWN = {
    "matrix": "own", "severities": "Basse\nMoyenne : on s’en remet\nHaute", "likelihoods": "Rare\nFréquent",
    "level-1": "Bas", "tone-1": "0", "level-2": "Haut", "tone-2": "4", "level-3": "", "level-4": "", "level-5": "",
    "cell-1-1": "1", "cell-1-2": "1", "cell-1-3": "1", "cell-2-1": "1", "cell-2-2": "1", "cell-2-3": "2",
}  # fmt: skip


def test_a_change_of_scale_is_shown_before_it_is_done(client: Clients, db: Session) -> None:
    rssi = client("rssi")
    address = begun(rssi)
    rated = {"inherent_severity": "3", "inherent_likelihood": "4", "residual_severity": "3", "residual_likelihood": "1"}
    assert scenario(rssi, address, "Panne", **rated).status == 303
    shown = rssi.get(f"{address}/echelle")
    typed = shown.values(id="echelle")
    page = rssi.post(f"{address}/echelle", {**typed, "matrix": "pgssi_s_4x4"})
    assert page.status == 200
    assert "Ce que cela changerait" in page.words
    assert "Aucun scénario ne changerait de niveau actuel" in page.words, "the gravest stays the gravest"
    assert db.scalars(select(Analysis.matrix)).one() == "ebios_rm_4x4", "nothing is done before it is confirmed"
    seen = page.values(id="echelle")
    assert rssi.post(f"{address}/echelle", {**seen, "matrix": "cnil_pia_4x4", "faire": "confirmer"}).status == 409
    assert rssi.post(f"{address}/echelle", {**seen, "faire": "confirmer"}).status == 303
    assert db.scalars(select(Analysis.matrix)).one() == "pgssi_s_4x4"
    assert "PGSSI-S" in rssi.get(address).words


def test_an_own_scale_moves_each_rating_to_the_nearest_step(client: Clients, db: Session) -> None:
    rssi = client("rssi")
    address = begun(rssi)
    assert scenario(rssi, address, "Panne", inherent_severity="4", inherent_likelihood="3").status == 303
    page = rssi.post(f"{address}/echelle", OWN)
    assert page.status == 200, page.words
    assert rssi.post(f"{address}/echelle", {**page.values(id="echelle"), "faire": "confirmer"}).status == 303
    one = db.scalars(select(Scenario)).one()
    assert (one.inherent_severity, one.inherent_likelihood) == (3, 2)
    words = rssi.get(address).words
    assert "Échelle propre" in words
    assert "Haut : 1" in words


def test_a_scale_that_does_not_hold_is_refused_beside_its_field(client: Clients, db: Session) -> None:
    rssi = client("rssi")
    address = begun(rssi)
    for wrong, sentence in (
        ({"cell-2-3": ""}, "La matrice a des cases vides"),
        ({"cell-2-3": "9"}, "La matrice a des cases vides"),
        ({"cell-1-1": "2"}, "ne peut pas valoir moins que sa voisine"),
        ({"severities": "Seule"}, "entre 2 et 6"),
        ({"likelihoods": "Rare\nrare"}, "portent le même nom"),
        ({"level-2": ""}, "entre 2 et 5"),
        ({"tone-1": "rose"}, "Choisissez une couleur"),
        ({"matrix": "autre"}, "Choisissez une échelle de la liste"),
    ):
        page = rssi.post(f"{address}/echelle", {**OWN, "action-1": "Rien à faire", **wrong})
        assert page.status == 422, wrong
        assert sentence in page.words, wrong
        assert page.values(id="echelle")["action-1"] == "Rien à faire"
    assert db.scalars(select(Analysis.matrix)).one() == "ebios_rm_4x4"
