"""The administrator invites a colleague, who chooses a password, enrols her phone, and comes back with it."""

import time

import pyotp

from tests.browser.conftest import Comes
from tests.browser.pages import Accounts, Door

PASSWORD = "quatre girafes dansent"


def test_a_colleague_is_invited_enrols_and_comes_back(comes: Comes) -> None:
    admin, colleague = comes("admin"), comes()
    invitation = Accounts(admin).invite("Nadia Ferrand", "n.ferrand", "RSSI", "Centre hospitalier Est-Amance")
    admin.reads("Il sert une fois, vaut 72 heures, et ne sera plus affiché.")

    colleague.opens(invitation)
    colleague.reads("Nadia Ferrand")
    colleague.types("Nouveau mot de passe", "tropcourt")
    colleague.types("Le même, une seconde fois", "tropcourt")
    colleague.presses("Continuer")
    colleague.reads("Il y a un problème")
    colleague.types("Nouveau mot de passe", PASSWORD)
    colleague.types("Le même, une seconde fois", PASSWORD)
    colleague.presses("Continuer")

    assert colleague.page.get_by_role("img", name="Code QR du secret écrit ci-dessous").is_visible()
    phone = pyotp.TOTP(colleague.page.locator("#secret").inner_text().replace(" ", ""))
    colleague.types("Code", phone.now())
    colleague.presses("Confirmer")
    assert colleague.page.locator(".recovery-codes li").count() == 10
    colleague.follows("Je les ai notés")
    colleague.reads("Bonjour, Nadia Ferrand")

    again = comes()
    Door(again).give_password("n.ferrand", PASSWORD)
    Door(again).give_code(phone.at(int(time.time()) + phone.interval))
    again.reads("Bonjour, Nadia Ferrand")

    late = comes()
    late.opens(invitation)
    late.reads("Ce lien a déjà servi")
