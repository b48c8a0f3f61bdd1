"""The register in the layout of CNIL's simplified template (ods): list, one fiche per record, lists, what it lacks."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from exports.book import REGISTER
from exports.complements import complements
from exports.opendocument import Cell, Choices, Sheet, ods
from exports.reading import TO_VERIFY, Reader
from exports.sheets import sheet_title
from exports.texts import day
from models.establishments import Establishment, Officer
from models.register.activity import Activity
from models.register.catalogue import Terms
from models.register.parts import ActivityActor, Retention
from models.register.processor import Processor
from models.register.words import ActorRole, RecipientKind, Stage
from models.search import fold

LIST_SHEET, LISTS_SHEET, MORE_SHEET = "2_-_Liste_des_traitements", "5_-_Listes", "Compléments"

ORDINARY = {
    "identity": "État civil, identité, données d'identification, images…",
    "personal_life": "Vie personnelle (habitudes de vie, situation familiale, etc.)",
    "financial": (
        "Informations d'ordre économique et financier (revenus, situation financière, situation fiscale, etc.)"
    ),
    "connection": "Données de connexion (adress IP, logs, etc.)",
    "location": "Données de localisation (déplacements, données GPS, GSM, etc.)",
    "nir": "Numéro de Sécurité Sociale (ou NIR)",
}
SENSITIVE = {
    "ethnic_origin": "Données révélant l'origine raciale ou ethnique",
    "political": "Données révélant les opinions politiques",
    "beliefs": "Données révélant les convictions religieuses ou philosophiques",
    "union": "Données révélant l'appartenance syndicale",
    "genetic": "Données génétiques",
    "biometric": "Données biométriques aux fins d'identifier une personne physique de manière unique",
    "health": "Données concernant la santé",
    "sex_life": "Données concernant la vie sexuelle ou l'orientation sexuelle",
    "offence": "Données relatives à des condamnations pénales ou infractions",
}
"""The template's rows by our category, spelled as the template spells them; another category adds a row of its own."""

BESIDE_NIR = frozenset({"ins"})
"""Categories kept with the ordinary ones though they are sensitive: the template has the NIR there."""

ACTORS = (
    (ActorRole.CONTROLLER, "Responsable du traitement"),
    (ActorRole.DPO, "Délégué à la protection des données"),
    (ActorRole.DPO_COMPANY, "Société du DPO (si celui-ci est externe)"),
    (ActorRole.REPRESENTATIVE, "Représentant"),
    (ActorRole.JOINT_CONTROLLER, "Responsable(s) conjoint(s)"),
    (ActorRole.SERVED_CONTROLLER, ActorRole.SERVED_CONTROLLER.label),
)
RECIPIENT_TYPES = {
    RecipientKind.INTERNAL: "Service interne qui traite les données",
    RecipientKind.PROCESSOR: "Sous-traitants",
    RecipientKind.EXTERNAL: "Partenaires institutionnels ou commerciaux",
}
_WIDTHS = (76, 40, 50, 36, 32, 30, 32, 48)
_Rows = Iterator[list[Cell | None]]


def workbook(
    activities: Iterable[Activity],
    establishment: Establishment,
    on: dt.date,
    terms: Terms,
    *,
    processors: Iterable[Processor] = (),
    public: bool = False,
) -> bytes:
    """The register as ods, in the template's sheets, labels and spans, with a sheet « Compléments » for the rest."""
    records, reader = list(activities), Reader(terms, public)
    lists, choices = _lists(terms)
    title = f"{REGISTER} – {establishment.name}"
    sheets = [*pages(records, establishment, on, reader), lists, more(records, processors, reader)]
    return ods(sheets, choices, title, establishment.name, dt.datetime.combine(on, dt.time(), dt.UTC))


def pages(records: list[Activity], establishment: Establishment, on: dt.date, reader: Reader) -> Iterator[Sheet]:
    """The sheets that say what the records are: the list, then a fiche for each."""
    taken = {LIST_SHEET, LISTS_SHEET, MORE_SHEET}
    yield Sheet(LIST_SHEET, (54, 32, 42, 32, 36, 50, 44, 42, 52), list(_list(records, establishment, reader, on)))
    for record in records:
        rows = list(_Fiche(record, establishment, reader, on).rows())
        yield Sheet(sheet_title(record.reference, taken), _WIDTHS, rows)


def more(records: list[Activity], processors: Iterable[Processor], reader: Reader) -> Sheet:
    """The sheet « Compléments »."""
    return Sheet(MORE_SHEET, (30, 54, 46, 50, 130), list(complements(records, processors, reader)))


def _label(text: str, span: int = 1, down: int = 1) -> Cell:
    return Cell(text, "label", span, down)


def _heading(*texts: tuple[str, int]) -> list[Cell | None]:
    """A row of headings: (text, span) of each."""
    return _spread(Cell(text, "heading", span) for text, span in texts)


def _spread(cells: Iterable[Cell]) -> list[Cell | None]:
    row: list[Cell | None] = []
    for cell in cells:
        row += [cell, *[None] * (cell.span - 1)]
    return row


# The list of processings


def _list(records: list[Activity], house: Establishment, reader: Reader, on: dt.date) -> _Rows:
    yield from _contacts(house, reader.public, on)
    yield _heading(("Identification du traitement", 4), ("Finalité du traitement", 3), ("Données sensibles ?", 2))
    titles = ("Nom du traitement", "N° / RÉF", "Date de création de la fiche", "Dernière mise à jour de la fiche")
    yield [*map(_label, titles), *_spread((_label("", 3), _label("Oui/non", 2)))]
    for record in records:
        purposes = ", ".join(reader.words(row, "label") for row in record.purposes)
        own = (record.name, record.reference, record.opened_on, record.revised_on)
        yield [*map(Cell, own), *_spread((Cell(purposes, span=3), Cell(reader.words(record, "sensitive"), span=2)))]


def _contacts(house: Establishment, public: bool, on: dt.date) -> _Rows:
    """The establishment, no representative, and its DPO, in two rows each."""
    dpo = house.dpo(on)
    name, phone = _private(dpo, public)
    place, contact = ("Code postal :", "Ville :", "Téléphone :"), ("Nom :", "Prénom :", "Adresse :", "Adresse mél :")
    for title, labels, values, labels_below, values_below in (
        (
            "Coordonnées du responsable de l’organisme",
            contact, (house.legal_representative or house.name, None, house.address, house.email),
            (*place, ""), (house.postcode, house.city, house.phone, None),
        ),
        ("Coordonnées du représentant", contact, (None,) * 4, (*place, ""), (None,) * 4),
        (
            "Coordonnées du délégué à la protection des données (DPO)",
            ("Nom :", "Prénom :", "Société (si DPO externe) :", "Adresse :"),
            (name, None, dpo.company, dpo.address),
            (*place, "Adresse mél :"), (None, None, phone, dpo.email),
        ),
    ):  # fmt: skip
        yield [_label(title, down=2), *_pairs(labels, values)]
        yield [None, *_pairs(labels_below, values_below)]


def _private(dpo: Officer, public: bool) -> tuple[str | None, str | None]:
    """The name and the telephone of a DPO; in the public version no name, and the telephone only of a nomination."""
    return (None, dpo.phone if dpo.nomination_id else None) if public else (dpo.name, dpo.phone)


def _pairs(labels: Sequence[str], values: Sequence[str | None]) -> list[Cell | None]:
    return [cell for label, value in zip(labels, values, strict=True) for cell in (_label(label), Cell(value))]


# A fiche


class _Fiche:
    """One record in the template's blocks; a block has at least the template's rows, and more when the record has."""

    def __init__(self, record: Activity, house: Establishment, reader: Reader, on: dt.date) -> None:
        self.record, self.house, self.reader, self.on = record, house, reader, on

    def rows(self) -> _Rows:
        record = self.record
        yield [Cell("Fiche de registre", "title", 7), *[None] * 6, Cell(record.reference, "note")]
        yield [Cell(f"{self.house.name} – état au {day(self.on)}", "note", 8)]
        yield _heading(("Description du traitement", 8))
        for label, value in (
            ("Nom du traitement", record.name), ("N° / RÉF", record.reference),
            ("Date de création du traitement", record.opened_on), ("Mise à jour du traitement", record.revised_on),
        ):  # fmt: skip
            yield [_label(label), *_spread([Cell(value, span=7)])]
        for block in (
            self._actors,
            self._purposes,
            self._data,
            self._persons,
            self._recipients,
            self._security,
            self._transfers,
        ):
            yield []
            yield from block()

    def _actors(self) -> _Rows:
        heads = ("Acteurs", "Nom", "Adresse", "Code Postal", "Ville", "Pays", "Téléphone", "Adresse mél")
        yield _heading(*((head, 1) for head in heads))
        for role, label in ACTORS:
            named = [self._actor(actor) for actor in self.record.actors if actor.role is role]
            for cells in named or self._house_actor(role):
                yield [_label(label), *map(Cell, cells)]

    def _actor(self, actor: ActivityActor) -> list[str]:
        keys = ("name", "address", "postcode", "city", "country", "phone", "email")
        return [self.reader.words(actor, key) for key in keys]

    def _house_actor(self, role: ActorRole) -> list[list[str | None]]:
        """Who answers by default: the establishment and its DPO; a role of our own adds no empty row."""
        house, public = self.house, self.reader.public
        dpo = house.dpo(self.on)
        if role is ActorRole.SERVED_CONTROLLER:
            return []
        if role is ActorRole.CONTROLLER:
            return [[house.name, house.address, house.postcode, house.city, None, house.phone, house.email]]
        if role is ActorRole.DPO:
            name, phone = _private(dpo, public)
            return [[name, dpo.address, None, None, None, phone, dpo.email]]
        return [[dpo.company if role is ActorRole.DPO_COMPANY else None, *[None] * 6]]

    def _purposes(self) -> _Rows:
        yield _heading(("Finalité(s) du traitement effectué", 8))
        for number, row in enumerate(_at_least(6, self.record.purposes)):
            label = f"Sous-finalité {number}" if number else "Finalité principale"
            yield [_label(label), *_spread([Cell(self._words(row, "label"), span=7)])]

    def _data(self) -> _Rows:
        found = {row.category for row in self.record.data_items}
        found |= {row.data_category for row in self.record.retentions if row.data_category}
        sensitive = {code for code in found if self.reader.terms.facts("data_categories", code).get("sensitive")}
        sensitive -= BESIDE_NIR
        for title, fixed, others in (
            ("Catégories de données personnelles concernées", ORDINARY, found - sensitive - SENSITIVE.keys()),
            ("Données sensibles", SENSITIVE, sensitive - ORDINARY.keys()),
        ):
            if fixed is SENSITIVE:
                yield []
            yield _heading((title, 1), ("Description", 3), ("Durée de conservation", 4))
            known = [code for code, _ in self.reader.terms.choices("data_categories") if code in others]
            for code in dict.fromkeys([*fixed, *known, *sorted(others)]):
                label = fixed.get(code) or self.reader.terms.label("data_categories", code)
                yield [_label(label), *_spread([Cell(self._items(code), span=3), Cell(self._kept(code), span=4)])]

    def _items(self, code: str) -> str:
        lines = []
        for row in self.record.data_items:
            if row.category == code:
                told = self.reader.words(row, "description") or self.reader.words(row, "category")
                persons = self.reader.words(row, "person_category")
                lines.append(f"{persons} : {told}" if persons else told)
        return "\n".join(lines)

    def _kept(self, code: str) -> str:
        """The durations of a category: its own, or those that hold for all when it has none but is collected."""
        own = [row for row in self.record.retentions if row.data_category == code]
        collected = any(row.category == code for row in self.record.data_items)
        general = [row for row in self.record.retentions if row.data_category is None] if collected else []
        return "\n".join(self._duration(row, code) for row in own or general)

    def _duration(self, row: Retention, code: str) -> str:
        item, category = self.reader.words(row, "item"), self.reader.terms.label("data_categories", code)
        head = f"{item} : " if fold(item) != fold(category) else ""
        asides = [self.reader.words(row, "stage")] if row.stage is not Stage.ACTIVE else []
        asides += [TO_VERIFY] if row.is_to_verify else []
        return f"{head}{self.reader.duration(row)}" + (f" ({', '.join(asides)})" if asides else "")

    def _persons(self) -> _Rows:
        yield _heading(("Catégories de personnes concernées", 1), ("Description", 3), ("Précisions", 4))
        for number, row in enumerate(_at_least(2, self.record.person_groups), 1):
            yield self._pair(
                f"Catégorie de personnes {number}", self._words(row, "category"), self._words(row, "details"), "persons"
            )

    def _recipients(self) -> _Rows:
        yield _heading(("Destinataires", 1), ("Type de destinataire", 3), ("Précisions", 4))
        for number, row in enumerate(_at_least(4, self.record.recipients), 1):
            kind = RECIPIENT_TYPES[row.kind] if row else ""
            told = ""
            if row:
                reason = self.reader.words(row, "reason")
                told = self.reader.recipient(row) + (f" ({reason})" if reason else "")
            yield self._pair(f"Destinataire {number}", kind, told, "recipients")

    def _security(self) -> _Rows:
        yield _heading(("Mesures de sécurité", 1), ("Type de mesure de sécurité", 3), ("Précisions", 4))
        for number, row in enumerate(_at_least(3, self.reader.rows(self.record, "security_measures")), 1):
            yield self._pair(
                f"Mesure de sécurité {number}",
                self._words(row, "category"),
                self._words(row, "description"),
                "measures",
            )

    def _transfers(self) -> _Rows:
        yield _heading(
            ("Transferts hors UE", 1),
            ("Destinataire", 1),
            ("Pays", 1),
            ("Type de Garanties", 2),
            ("Liens vers la documentation", 3),
        )
        for number, row in enumerate(_at_least(4, self.record.transfers), 1):
            document = "\n".join(filter(None, (self._words(row, "document"), self._words(row, "details"))))
            yield [
                _label(f"Organisme destinataire {number}"),
                Cell(self._words(row, "recipient")),
                Cell(self._words(row, "country"), choices="countries"),
                *_spread([Cell(self._words(row, "mechanism"), span=2, choices="guarantees"), Cell(document, span=3)]),
            ]

    def _pair(self, label: str, first: str, second: str, choices: str) -> list[Cell | None]:
        return [_label(label), *_spread([Cell(first, span=3, choices=choices), Cell(second, span=4)])]

    def _words(self, row: Any, key: str) -> str:
        return self.reader.words(row, key) if row is not None else ""


def _at_least(count: int, rows: Sequence[Any]) -> list[Any]:
    return [*rows, *[None] * (count - len(rows))]


# The lists that the fiches choose from


def _lists(terms: Terms) -> tuple[Sheet, dict[str, Choices]]:
    """The sheet of lists in the template's columns, ours in place of the template's (it knows no patient)."""

    def labels(scheme: str) -> list[str]:
        return [label for _, label in terms.choices(scheme)]

    columns = {
        "A": ("Garanties", "guarantees", labels("transfer_mechanisms")),
        "C": ("Pays", "countries", labels("countries")),
        "D": ("Zone", "", [_zone(terms, code) for code, _ in terms.choices("countries")]),
        "F": ("Catégories de personnes", "persons", labels("data_subjects")),
        "H": ("Destinataires", "recipients", list(RECIPIENT_TYPES.values())),
        "J": ("Mesures de sécurité techniques", "measures", labels("security_measure_categories")),
    }
    rows: list[list[Cell | None]] = [
        [Cell(columns[letter][0], "heading") if letter in columns else None for letter in "ABCDEFGHIJ"]
    ]
    for place in range(max(len(values) for _, _, values in columns.values())):
        cells = ((columns[letter][2] if letter in columns else []) for letter in "ABCDEFGHIJ")
        rows.append([Cell(values[place]) if place < len(values) else None for values in cells])
    choices = {
        name: Choices(LISTS_SHEET, letter, 2, len(values) + 1)
        for letter, (_, name, values) in columns.items()
        if name and values
    }
    return Sheet(LISTS_SHEET, (90, 8, 60, 40, 8, 70, 8, 80, 8, 80), rows), choices


def _zone(terms: Terms, code: str) -> str:
    facts = terms.facts("countries", code)
    if facts.get("eea"):
        return "EEE"
    scope = facts.get("adequacy")
    return (
        "Non adéquat"
        if not scope
        else "adéquat"
        if scope == "full"
        else f"adéquat : {terms.label('adequacy_scopes', scope)}"
    )
