"""Everyone acknowledges the charter: an agent on her phone without a script, a colleague at the desk's kiosk."""

from tests.browser.conftest import Comes

PHONE = {"width": 390, "height": 844}


def test_an_agent_accepts_on_her_phone(comes: Comes) -> None:
    agent = comes("agent", scripts=False, viewport=PHONE)
    agent.opens("/")
    agent.follows("Charte d’accès et d’usage du système d’information")
    agent.reads("La charte en dix règles", "Lire le texte complet")
    agent.presses("Je confirme avoir pris connaissance")
    agent.reads("Il y a un problème")
    agent.page.locator("main").get_by_role("checkbox").check()
    agent.presses("Je confirme avoir pris connaissance")
    agent.reads("Agathe Roux a pris connaissance")
    agent.opens("/chartes/miennes")
    agent.reads("Rien ne vous est demandé", "Pris connaissance")


def test_hr_opens_a_kiosk_where_a_colleague_finds_her_receipt(comes: Comes) -> None:
    hr = comes("rh")
    hr.opens("/chartes/bornes")
    hr.page.locator("main").get_by_label("Campagne").select_option(index=1)
    hr.types("Lieu", "Accueil du bâtiment B")
    hr.presses("Ouvrir la borne")
    address = hr.page.locator("#kiosk-address").inner_text()
    code = hr.page.locator(".kiosk-code").inner_text()
    colleague = comes(viewport=PHONE)
    colleague.opens("/chartes/borne/" + address.rpartition("/")[2])
    colleague.types("Votre matricule", "10007")
    colleague.types("Votre nom de famille", "Noël")
    colleague.types("Code donné par l’agent d’accueil", code)
    colleague.presses("Continuer")
    colleague.reads("Reçu n°")
