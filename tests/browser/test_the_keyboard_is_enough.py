"""With the keyboard alone: sign in, and enter a record in the register."""

from playwright.sync_api import Page

from tests.browser.conftest import Comes
from tests.browser.person import Person

FURTHEST = 120
"""More stops than any page has."""


class Keyboard:
    """Two keys and the letters: Tab until what one seeks has the focus, then Enter or text."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page: Page = person.page

    def reach(self, name: str) -> None:
        """Press Tab until the control of that name (its label or its words) has the focus."""
        for _ in range(FURTHEST):
            self.page.keyboard.press("Tab")
            if self.name().startswith(name):
                return
        raise AssertionError(f"{self.page.url}: Tab does not lead to « {name} »")

    def name(self) -> str:
        told: str = self.page.evaluate(
            "() => { const one = document.activeElement; return (one.labels?.[0] ?? one).innerText ?? '' }"
        )
        return told.strip()

    def enter(self, name: str) -> None:
        """Reach a link or a button, and press Enter on it."""
        self.reach(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.person.looks()

    def type(self, name: str, text: str) -> None:
        """Reach a field and type in it."""
        self.reach(name)
        self.page.keyboard.type(text)


def test_she_signs_in_and_creates_a_record(comes: Comes) -> None:
    dpo = comes()
    keyboard = Keyboard(dpo)
    dpo.opens("/connexion")
    keyboard.type("Identifiant", "dpo-est")
    keyboard.type("Mot de passe", "demonstration-vigie")
    keyboard.enter("Continuer")
    keyboard.enter("Afficher le code de démonstration")
    code = dpo.page.get_by_role("status").locator("code").inner_text()
    keyboard.type("Code", code)
    keyboard.enter("Se connecter")
    dpo.reads("Bonjour, Estelle Blanc")

    keyboard.enter("Registre")
    keyboard.enter("Nouvelle fiche")
    keyboard.type("Nom du traitement", "Gestion des badges")
    keyboard.type("Finalité principale", "Ouvrir les portes aux agents")
    keyboard.type("Qualité de l’établissement", "Resp")
    keyboard.enter("Créer la fiche")
    dpo.reads("pré-qualifiée", "Gestion des badges")


def test_a_menu_opens_and_closes_with_the_keyboard(comes: Comes) -> None:
    dpo = comes("dpo")
    dpo.opens("/")
    keyboard = Keyboard(dpo)
    keyboard.reach("Diane Petit")
    dpo.page.keyboard.press("Enter")
    assert dpo.page.get_by_role("link", name="Mon compte").is_visible()
    dpo.page.keyboard.press("Escape")
    assert not dpo.page.get_by_role("link", name="Mon compte").is_visible()
    assert keyboard.name() == "Diane Petit"


def test_a_link_skips_the_menu(comes: Comes) -> None:
    dpo = comes("dpo")
    dpo.opens("/registre/")
    dpo.page.reload()  # the inspection may have gone from control to control
    keyboard = Keyboard(dpo)
    dpo.page.keyboard.press("Tab")
    assert keyboard.name() == "Aller au contenu"
    dpo.page.keyboard.press("Enter")
    dpo.page.wait_for_url("**#contenu")
    dpo.page.keyboard.press("Tab")
    assert dpo.page.evaluate("() => document.activeElement.closest('main') !== null")
