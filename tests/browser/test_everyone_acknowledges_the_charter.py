"""Everyone acknowledges the charter: by phone without a script, at the kiosk, by the link of a real mail, on paper."""

import base64
import re

from playwright.sync_api import FilePayload

from tests.browser.conftest import Comes
from tests.browser.house import House
from tests.browser.mailbox import mail_server
from tests.browser.person import Person
from tests.house.shell import said

PHONE = {"width": 390, "height": 844}
SCAN: FilePayload = {
    "name": "formulaire.png",
    "mimeType": "image/png",
    "buffer": base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
    ),
}


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


def test_a_contractor_answers_by_the_link_of_a_real_mail_with_the_code_given_apart(house: House, comes: Comes) -> None:
    hr, dpo = comes("rh"), comes("dpo")
    register_a_contractor(hr)
    launched = launch_for_contractors(dpo)
    with mail_server() as (address, mailbox):
        said(house.folder, "send-mail", SMTP_URL=address)
    letter = mailbox.letters["nadia.perrin@reseaux-orle.example"]
    (token,) = re.findall(r"/chartes/lien/(\S+)", letter)
    hr.opens(f"{launched}/personnes?q=Perrin")
    hr.page.locator("summary", has_text="Recueillir").first.click()
    hr.presses("Donner le second code")
    code = hr.page.locator(".kiosk-code").inner_text()
    assert code.replace(" ", "") not in letter
    contractor = comes(viewport=PHONE)
    contractor.opens(f"/chartes/lien/{token}")
    contractor.page.locator("main").get_by_role("checkbox").check()
    contractor.presses("Je confirme avoir pris connaissance")
    contractor.reads("Il y a un problème")
    contractor.page.locator("main").get_by_role("checkbox").check()
    contractor.types("Code remis à part", code)
    contractor.presses("Je confirme avoir pris connaissance")
    contractor.reads("Reçu n°")
    contractor.opens(f"/chartes/lien/{token}")
    contractor.reads("Reçu n°")
    contractor.opens("/chartes/lien/" + token[:-3])
    assert contractor.title == "Ce lien ne s’ouvre pas"


def register_a_contractor(hr: Person) -> None:
    """Somebody new of a company, whom no campaign has written to."""
    hr.opens("/personnes/nouvelle?etablissement=CHVA")
    hr.types("Prénom", "Nadia")
    hr.types("Nom", "Perrin")
    hr.chooses("Catégorie", "Prestataire")
    hr.types("Société", "Réseaux de l’Orle")
    hr.types("Adresse électronique", "nadia.perrin@reseaux-orle.example")
    hr.presses("Enregistrer")


def launch_for_contractors(dpo: Person) -> str:
    """A campaign for the contractors, who need a code beside their link; gives its address."""
    dpo.opens("/chartes/campagnes/nouvelle")
    dpo.field("Version à faire connaître").select_option(index=1)
    dpo.types("Titre de la campagne", "Prestataires : deuxième envoi")
    dpo.chooses("Établissement", "Centre hospitalier du Val d’Amance")
    for box in dpo.page.locator("main").get_by_role("group", name="Personnes concernées").get_by_role("checkbox").all():
        box.uncheck()
    dpo.page.locator("main").get_by_label("Prestataires et leurs intervenants").check()
    dpo.page.locator("main").get_by_label("Exiger un second code").check()
    dpo.presses("Enregistrer")
    dpo.presses("Lancer la campagne")
    launched = dpo.page.url
    dpo.presses("Mettre à jour maintenant")
    return launched


def test_hr_enters_a_paper_form_and_a_second_person_checks_it(comes: Comes) -> None:
    hr, second = comes("rh"), comes("dpo")
    hr.opens("/chartes/campagnes")
    hr.follows("Charte commune – tout le groupement")
    hr.opens(f"{hr.page.url}/personnes?etat=sans-courriel")
    name = hr.page.locator("tbody th").first.inner_text().split("\n")[0]
    hr.page.locator("summary", has_text="Recueillir").first.click()
    hr.follows("Formulaire papier")
    hr.types("Date de signature", hr.page.evaluate("new Date().toISOString().slice(0, 10)"))
    hr.types("Où est l’original", "Dossier administratif, armoire 4")
    hr.field("Scan du formulaire").set_input_files(SCAN)
    hr.presses("Enregistrer")
    hr.reads("une autre personne doit le relire")
    second.opens("/chartes/papier")
    second.follows(name)
    second.presses("Tout concorde : compter")
    second.reads("Comptée")
    hr.opens(hr.page.url)
    hr.reads("Reçu")
