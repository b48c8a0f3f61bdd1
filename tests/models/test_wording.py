"""How blanks are filled: in French, for every kind of hospital's name."""

from models.wording import articled, begun, filled, joined

NAMES = {
    "Centre hospitalier d’Orle": ("du Centre hospitalier d’Orle", "au Centre hospitalier d’Orle", "le Centre"),
    "CHU de l’Anse": ("du CHU de l’Anse", "au CHU de l’Anse", "le CHU"),
    "GHT de l’Orle": ("du GHT de l’Orle", "au GHT de l’Orle", "le GHT"),
    "Hôpital de l’Anse": ("de l’Hôpital de l’Anse", "à l’Hôpital de l’Anse", "l’Hôpital"),
    "EHPAD des Tilleuls": ("de l’EHPAD des Tilleuls", "à l’EHPAD des Tilleuls", "l’EHPAD"),
    "Clinique du Parc": ("de la Clinique du Parc", "à la Clinique du Parc", "la Clinique"),
    "Hospices civils": ("des Hospices civils", "aux Hospices civils", "les Hospices"),
    "Vigie": ("de Vigie", "à Vigie", "Vigie"),
    "Anne Roche": ("d’Anne Roche", "à Anne Roche", "Anne"),
    "le délégué": ("du délégué", "au délégué", "le délégué"),
    "les usagers": ("des usagers", "aux usagers", "les usagers"),
}


def test_a_name_takes_its_article_and_its_contraction() -> None:
    for name, (of, at, alone) in NAMES.items():
        assert filled("La direction de {nom} : écrire à {nom}.", {"nom": name}) == f"La direction {of} : écrire {at}."
        assert articled(name).startswith(alone)
    assert filled("Les règles que {nom} se donne", {"nom": "CH d’Orle"}) == "Les règles que le CH d’Orle se donne"
    assert filled("Les règles que {nom} se donne", {"nom": "Amance"}) == "Les règles qu’Amance se donne"
    assert joined(None, "Clinique du Parc") == "Clinique du Parc"


def test_only_what_reads_wrong_is_touched() -> None:
    values = {"nom": "Clinique du Parc", "ville": "Amance", "jours": "8 jours", "lieu": "service de garde", "vide": ""}
    assert filled("{nom} – {ville}, en {jours}, par {lieu}.", values) == (
        "Clinique du Parc – Amance, en 8 jours, par service de garde."
    )
    assert filled("Un budget de {budget} pour {vide}.", values) == "Un budget de {budget} pour {vide}."
    assert filled("Un budget de {budget}{vide}.", values, "[à compléter]") == "Un budget de [à compléter]."
    assert begun("dpo@cha.example : écrivez") == "dpo@cha.example : écrivez"
