"""The DPO keeps her register: from a draft that lacks something to a version handed over."""

from tests.browser.conftest import Comes
from tests.browser.pages import Door, Record, Register


def test_a_draft_becomes_a_version_that_is_handed_over(comes: Comes) -> None:
    dpo = comes()
    Door(dpo).enter("dpo")
    dpo.reads("Bonjour, Diane Petit")

    record = Register(dpo).find_record("Messagerie sécurisée de santé")
    dpo.reads("Brouillon")
    record.declare_complete()
    dpo.reads("Rien n’a été changé", "Décrivez au moins une mesure de sécurité.")

    record.open()
    record.edit("Destinataires et transferts")
    dpo.chooses("Des données sont transférées hors de l’Union européenne", "Non")
    record.save()
    record.edit("Mesures de sécurité")
    record.add_row("mesure")
    row = dpo.row("Mesure 1")
    dpo.chooses("Type de mesure", "Contrôle des accès utilisateurs", within=row)
    dpo.types("Description", "Carte professionnelle de santé", within=row)
    record.save()
    dpo.reads("Carte professionnelle de santé")

    record.declare_complete()
    dpo.reads("La fiche est qualifiée")
    record.validate("Première version")
    dpo.reads("Version 1 validée.", "Version 1 en vigueur")

    record.edit("Identification")
    dpo.types("Nom du traitement", "Messagerie sécurisée (MSSanté)")
    record.save()
    record.compare("v1", "maintenant")
    dpo.reads("Messagerie sécurisée de santé (MSSanté) → Messagerie sécurisée (MSSanté)")

    assert record.export().startswith(b"%PDF")


def test_two_people_edit_the_same_section_and_nothing_is_lost(comes: Comes) -> None:
    first, second = comes("dpo"), comes("dpo")
    records: list[Record] = []
    for dpo in (first, second):
        records.append(Register(dpo).find_record("Téléconsultation et télésurveillance"))
        records[-1].edit("Identification")
    first.types("Description", "Écrit par la première.")
    records[0].save()
    second.types("Notes internes", "Écrit par la seconde.")
    records[1].save()
    second.reads("Cette fiche a changé pendant votre saisie", "Écrit par la première.")
    assert second.page.get_by_label("Notes internes").input_value() == "Écrit par la seconde."
    records[1].save()
    second.reads("Écrit par la seconde.")
    second.follows("Historique")
    second.reads("Écrit par la première.")


def test_a_service_confirms_its_record(comes: Comes) -> None:
    dpo, contact = comes("dpo"), comes("referent")
    record = Register(dpo).find_record("Urgences, SAMU-Centre 15 et SMUR")
    dpo.presses("Demander confirmation au service")
    dpo.reads("Confirmation demandée")
    contact.opens("/")
    contact.follows("Urgences, SAMU-Centre 15 et SMUR")
    contact.presses("Confirmer l’exactitude")
    contact.reads("Merci : l’exactitude de la fiche est confirmée.")
    record.open()
    dpo.reads("par Hélène Noël")
