"""The sections of an application, in reading order: which form edits each, which fields each shows."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wtforms.fields.core import UnboundField

from exports.inventory import APPLICATION_COLUMNS
from exports.texts import day
from governance.inventory import forms
from models.inventory.application import Application
from models.register.catalogue import Terms
from models.versions import State
from models.vocabulary import N_


@dataclass(frozen=True)
class Section:
    """One part of the record that is read and edited together. `slug` is its web address."""

    slug: str
    title: str
    help: str
    form: type[forms.SectionForm]

    @property
    def fields(self) -> list[str]:
        return [name for name, field in vars(self.form).items() if isinstance(field, UnboundField)]


SECTIONS = (
    Section("identite", N_("Identification"), N_("Ce qu’est l’application, et qui en répond."), forms.IdentityForm),
    Section(
        "editeur",
        N_("Éditeur, contrat et hébergement"),
        N_("Qui la fournit, jusqu’à quand, et où elle tourne."),
        forms.ContractForm,
    ),
    Section("usage", N_("Utilisateurs et données"), N_("Qui s’en sert, et avec quelles données."), forms.UseForm),
    Section(
        "acces",
        N_("Accès"),
        N_("Comment l’application connaît ses utilisateurs. L’audit d’authentification dit le reste."),
        forms.AccessForm,
    ),
    Section(
        "referentiels",
        N_("Référentiels et DMP"),
        N_("Prérequis HOP’EN P1.1, P1.3, P1.4 et P4.1."),
        forms.RepositoriesForm,
    ),
    Section(
        "reprise",
        N_("Reprise et mode dégradé"),
        N_("Prérequis HOP’EN P2.1 et P2.3."),
        forms.RecoveryForm,
    ),
    Section(
        "disponibilite", N_("Disponibilité"), N_("Prérequis HOP’EN P2.2 : viser, puis mesurer."), forms.AvailabilityForm
    ),
)

BY_SLUG = {section.slug: section for section in SECTIONS}

_COLUMNS = {column.key: column for column in APPLICATION_COLUMNS}


def facts(state: State, section: Section, terms: Terms) -> Iterator[tuple[str, str]]:
    """(label, shown value) for the fields of a section that say something."""
    for name in section.fields:
        key = Application.told_as(name) if name in Application.journal_fields() else name
        if key in _COLUMNS and (shown := _text(_COLUMNS[key].to_cell(state["fields"].get(key), terms))):
            yield _COLUMNS[key].title, shown


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:g}".replace(".", ",")
    return day(cell) if isinstance(cell, dt.date) else str("" if cell is None else cell)
