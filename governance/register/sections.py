"""The sections of a record, in reading order: which form edits each, which fields and collections each shows."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from wtforms.fields.core import UnboundField

from exports.columns import ACTIVITY_COLUMNS, PART_COLUMNS
from exports.texts import day
from governance.register import forms
from models.register.activity import Activity
from models.register.catalogue import Terms
from models.register.parts import PARTS
from models.register.words import DOUBTFUL, Confidence
from models.versions import State
from models.vocabulary import N_


@dataclass(frozen=True)
class Section:
    """One part of the record that is read and edited together. `slug` is its web address."""

    key: str
    slug: str
    title: str
    help: str
    form: type[forms.SectionForm]

    @property
    def collections(self) -> list[str]:
        return [name for name in self._names() if name in PARTS]

    @property
    def fields(self) -> list[str]:
        return [Activity.told_as(name) for name in self._names() if name not in PARTS]

    def _names(self) -> list[str]:
        return [name for name, field in vars(self.form).items() if isinstance(field, UnboundField)]


SECTIONS = (
    Section(
        "identity",
        "identite",
        N_("Identification"),
        N_("Nom, service responsable, contact et dates."),
        forms.IdentityForm,
    ),
    Section(
        "actors",
        "acteurs",
        N_("Acteurs"),
        N_("À remplir si le responsable, le DPO ou le représentant ne sont pas ceux de l’établissement."),
        forms.ActorsForm,
    ),
    Section(
        "purposes",
        "finalites",
        N_("Finalités et bases légales"),
        N_("La première finalité est la principale ; chacune a sa propre base légale."),
        forms.PurposesForm,
    ),
    Section(
        "data", "donnees", N_("Personnes et données"), N_("Qui est concerné, et par quelles données."), forms.DataForm
    ),
    Section(
        "retentions",
        "durees",
        N_("Durées de conservation"),
        N_("Par étape : base active, archivage, sort final."),
        forms.RetentionsForm,
    ),
    Section(
        "recipients",
        "destinataires",
        N_("Destinataires et transferts"),
        N_("Qui reçoit les données, dans l’établissement, au dehors et hors de l’Union européenne."),
        forms.RecipientsForm,
    ),
    Section(
        "security",
        "securite",
        N_("Mesures de sécurité"),
        N_("Description générale, sans détail exploitable."),
        forms.SecurityForm,
    ),
    Section(
        "access",
        "acces",
        N_("Droits d’accès"),
        N_("Quels profils peuvent faire quoi avec les données."),
        forms.AccessForm,
    ),
    Section(
        "rights",
        "droits",
        N_("Information et droits"),
        N_("Comment les personnes sont informées et exercent leurs droits."),
        forms.RightsForm,
    ),
    Section(
        "dpia",
        "aipd",
        N_("Analyse d’impact (AIPD)"),
        N_("Deux critères ou plus demandent en principe une AIPD (CNIL, délibération 2018-327)."),
        forms.DpiaForm,
    ),
)

BY_SLUG = {section.slug: section for section in SECTIONS}
BY_KEY = {section.key: section for section in SECTIONS}

_COLUMNS = {column.key: column for column in ACTIVITY_COLUMNS}


@dataclass(frozen=True)
class Table:
    """A collection as it is read: headers and rows of cells; columns that nobody filled are left out.

    `marks`: the rows' identities; `notes`: what a row demands; `doubts`: which retention periods are to verify.
    """

    name: str
    title: str
    headers: list[str]
    rows: list[list[str]]
    marks: list[str]
    notes: list[str]
    doubts: list[bool]


def facts(state: State, section: Section, terms: Terms) -> list[tuple[str, str]]:
    """(label, shown value) for the fields of a section that say something."""
    columns = [_COLUMNS[name] for name in section.fields if name in _COLUMNS]
    shown = [(column.title, _text(column.to_cell(state["fields"].get(column.key), terms))) for column in columns]
    return [(title, value) for title, value in shown if value != ""]


def _text(cell: Any) -> str:
    return day(cell) if isinstance(cell, dt.date) else str("" if cell is None else cell)


def tables(state: State, section: Section, terms: Terms) -> list[Table]:
    """The collections of a section, as tables."""
    return [_table(name, state["parts"].get(name, []), terms) for name in section.collections]


_FOUNDED = frozenset({"confidence", "confirmed_at", "confirmed_by"})


def _table(name: str, rows: list[dict[str, Any]], terms: Terms) -> Table:
    used = [
        column
        for column in PART_COLUMNS[name]
        if column.key not in _FOUNDED and any(row.get(column.key) not in (None, "", False) for row in rows)
    ]
    return Table(
        name,
        PARTS[name].journal_name,
        [column.title for column in used],
        [[_text(column.to_cell(row.get(column.key), terms)) for column in used] for row in rows],
        [row["id"] for row in rows],
        [_note(name, row, terms) for row in rows],
        [row["confidence"] in DOUBTFUL and not row.get("confirmed_at") for row in rows] if name == "retentions" else [],
    )


def _note(name: str, row: dict[str, Any], terms: Terms) -> str:
    """What the reader must know of a row beside its cells: how a period is founded, what a category of data demands."""
    if name == "retentions":
        return _founded(row)
    if name == "data_items" and row.get("category") in ("ins", "nir"):
        return N_("Identifiant encadré (INS, NIR)")
    if name == "data_items" and terms.facts("data_categories", row.get("category")).get("sensitive"):
        return N_("Donnée sensible")
    return ""


def _founded(row: dict[str, Any]) -> str:
    if row.get("confirmed_by"):
        return N_("Confirmée par ") + str(row["confirmed_by"])
    return Confidence(row["confidence"]).label
