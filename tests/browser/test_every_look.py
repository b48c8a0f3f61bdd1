"""Every look: a phone in the dark, and no script at all. The light on a wide window is what the journeys see."""

from typing import Any

from tests.browser.conftest import Comes
from tests.browser.pages import Register

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PHONE_IN_THE_DARK = {**PHONE, "color_scheme": "dark"}

PLACES = {
    "dpo": ("/", "/registre/", "/registre/nouvelle", "/registre/sous-traitants", "/registre/exporter", "/imports/",
            "/imports/nouveau", "/journal/", "/mon-compte"),
    "admin": ("/comptes", "/comptes/nouveau", "/etablissements/"),
    "rssi": ("/risques/", "/pssi/regles", "/applications/", "/recherche/?q=dossier"),
    "rh": ("/chartes/campagnes", "/postes/"),
    "direction": ("/hopen/", "/hopen/passerelles", "/plan/frise"),
}  # fmt: skip


def test_every_room_is_readable_on_a_phone_in_the_dark(comes: Comes) -> None:
    for login, addresses in PLACES.items():
        person = comes(login, **PHONE_IN_THE_DARK)
        for address in addresses:
            person.opens(address)
            assert person.title
    dpo = comes("dpo", **PHONE_IN_THE_DARK)
    record = Register(dpo).find_record("Dossier patient informatisé (DPI)")
    for part in ("Historique", "Comparer"):
        dpo.follows(part)
    record.open()
    record.edit("Durées de conservation")
    dpo.presses("Enregistrer")


def test_a_phone_shows_the_menu_on_request(comes: Comes) -> None:
    dpo = comes("dpo", **PHONE)
    dpo.opens("/")
    menu = dpo.page.locator("header").get_by_role("link", name="Journal")
    assert not menu.filter(visible=True).count()
    dpo.page.locator("summary", has_text="Menu").click()
    menu.filter(visible=True).click()
    dpo.looks()
    assert dpo.title == "Journal"


def test_the_choice_of_the_dark_is_kept(comes: Comes) -> None:
    dpo = comes("dpo")
    dpo.opens("/registre/")
    light = dpo.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    dpo.page.locator("summary", has_text="Diane Petit").click()
    dpo.page.get_by_role("button", name="Sombre").click()
    dpo.looks()
    dpo.opens("/journal/")
    assert dpo.page.locator("html").get_attribute("data-theme") == "dark"
    assert dpo.page.evaluate("() => getComputedStyle(document.body).backgroundColor") != light


def test_without_a_script_rows_are_added_and_removed(comes: Comes) -> None:
    dpo = comes("dpo", scripts=False)
    record = Register(dpo).find_record("Examens de biologie")
    record.declare_complete()
    dpo.reads("Décrivez au moins une mesure de sécurité.")
    record.open()
    record.edit("Mesures de sécurité")
    record.add_row("mesure")
    record.add_row("mesure")
    dpo.chooses("Type de mesure", "Traçabilité", within=dpo.row("Mesure 1"))
    dpo.presses("Retirer Mesure 2")
    record.save()
    dpo.reads("Traçabilité")
    record.declare_complete()
    dpo.reads("La fiche est qualifiée")


def test_without_a_script_an_error_is_told_and_nothing_is_lost(comes: Comes) -> None:
    dpo = comes("dpo", scripts=False)
    record = Register(dpo).find_record("Téléconsultation")
    record.edit("Durées de conservation")
    dpo.types("Durée", "vingt", within=dpo.row("Durée 1"))
    record.save()
    dpo.reads("Il y a un problème", "Donnez un nombre entier, par exemple 20.")
    assert dpo.field("Durée", within=dpo.row("Durée 1")).input_value() == "vingt"
