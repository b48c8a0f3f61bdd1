"""A record of the register laid out for reading: titled sections of facts and tables, the same for docx and pdf."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from exports.reading import FREE_TEXT, TO_VERIFY, Reader
from exports.texts import day, printable
from models.register.activity import Activity
from models.register.words import ActorRole, DpiaProgress, Kind
from models.vocabulary import N_

Facts = list[tuple[str, str]]
"""(label, words), in the order to read."""

NOT_SAID = N_("Non renseigné.")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Standing:
    """Where a record stands, as the caller counted: `groups` of the seven of article 30, recommendations (held, of)."""

    groups: int = 0
    recommendations: tuple[int, int] = (0, 0)
    missing: tuple[str, ...] = ()
    version: int | None = None
    version_on: dt.date | None = None
    version_digest: str = ""


@dataclass(frozen=True)
class Row:
    cells: tuple[str, ...]
    mark: str = ""
    """What the reader must not overlook: « à vérifier »."""


@dataclass(frozen=True)
class Table:
    """`widths` are shares of the line."""

    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Section:
    """A titled part of a record; `article` is what asks for it. Without facts nor table, nothing was said of it."""

    title: str
    article: str = ""
    facts: Facts = field(default_factory=list)
    table: Table | None = None

    @property
    def is_empty(self) -> bool:
        return not self.facts and self.table is None

    @property
    def is_due(self) -> bool:
        """Whether the register must hold it, so that its absence has to show."""
        return self.article.startswith("art. 30")


@dataclass(frozen=True)
class Sheet:
    """A whole record. `note` is its completeness in a sentence; `missing` what it lacks, one sentence each."""

    identity: str
    reference: str
    name: str
    facts: Facts
    sections: tuple[Section, ...]
    note: str = ""
    missing: tuple[str, ...] = ()


def sheet(activity: Activity, reader: Reader, standing: Standing | None = None) -> Sheet:
    """An activity laid out. A public reader gives no completeness: it is the house's own affair."""
    told = None if reader.public else standing
    version = told.version if told and told.version else activity.validated_version
    facts = reader.facts(activity, "kind", "status")
    if version:
        facts.append((N_("Version en vigueur"), _version(version, told)))
    facts += reader.facts(activity, "opened_on", "revised_on", "review_on")
    sections = tuple(section for section in _sections(activity, reader) if not section.is_empty or section.is_due)
    return Sheet(
        identity=str(activity.id),
        reference=printable(activity.reference),
        name=printable(activity.name),
        facts=facts,
        sections=sections,
        note=_note(told) if told else "",
        missing=told.missing if told else (),
    )


def _version(number: int, standing: Standing | None) -> str:
    on = f" du {day(standing.version_on)}" if standing and standing.version_on else ""
    digest = (
        N_(" (empreinte {digest}…)").format(digest=standing.version_digest[:16])
        if standing and standing.version_digest
        else ""
    )
    return f"n° {number}{on}{digest}"


def _note(standing: Standing) -> str:
    held, of = standing.recommendations
    note = N_("Article 30 : {groups} rubriques sur 7").format(groups=standing.groups)
    return note + (N_(" ; recommandations de la CNIL : {held} sur {of}").format(held=held, of=of) if of else "")


def _sections(activity: Activity, reader: Reader) -> list[Section]:
    found = [make(activity, reader) for make in _SECTIONS if make is not _security or reader.shows("security_measures")]
    if activity.kind is Kind.PROCESSOR:
        return [replace(section, article=_ASKED_OF_PROCESSORS.get(section.title, "")) for section in found]
    return found


# The sections, in the order of article 30


def _identity(activity: Activity, reader: Reader) -> Section:
    facts = reader.facts(activity, "domain", "description")
    service = ", ".join(filter(None, (reader.words(activity, "department"), reader.words(activity, "owner_service"))))
    if service:
        facts.append((reader.title("activity", "department"), service))
    keys = ("contact_name", "contact_email", "applications", "sensitive", "confirmed_at", "confirmed_by")
    return Section(
        N_("Description"), facts=facts + reader.facts(activity, *keys, "archived_on", "archive_reason", "notes")
    )


def _actors(activity: Activity, reader: Reader) -> Section:
    named = {actor.role for actor in activity.actors}
    facts: Facts = []
    if activity.kind is Kind.PROCESSOR:
        facts.append((N_("Sous-traitant"), printable(activity.establishment.name)))
    elif ActorRole.CONTROLLER not in named:
        facts.append((N_("Responsable du traitement"), printable(activity.establishment.name)))
    if ActorRole.DPO not in named:
        facts.append(
            (N_("Délégué à la protection des données"), N_("celui de l’établissement (voir en tête du document)"))
        )
    rows = [
        Row((reader.words(row, "role"), reader.words(row, "name"), _address(row, reader))) for row in activity.actors
    ]
    table = table_of((N_("Rôle"), N_("Nom"), N_("Coordonnées")), (3, 4, 5), rows)
    return Section(_ACTORS, "art. 30(1)(a)", facts, table)


def _address(row: Any, reader: Reader) -> str:
    place = " ".join(filter(None, (reader.words(row, "postcode"), reader.words(row, "city"))))
    told = (reader.words(row, "address"), place, *(reader.words(row, key) for key in ("country", "phone", "email")))
    return ", ".join(filter(None, told))


def _purposes(activity: Activity, reader: Reader) -> Section:
    rows = [
        Row(
            (
                reader.words(row, "label"),
                _lines(reader.basis(row), _named(reader, row, "legitimate_interest")),
                reader.special(row),
            )
        )
        for row in activity.purposes
    ]
    heads = (N_("Finalité"), N_("Base légale et texte"), N_("Données sensibles : condition"))
    return Section(_PURPOSES, "art. 30(1)(b)", table=table_of(heads, (5, 4, 4), rows))


def _persons(activity: Activity, reader: Reader) -> Section:
    rows = [Row((reader.words(row, "category"), reader.words(row, "details"))) for row in activity.person_groups]
    table = table_of((N_("Catégorie"), N_("Précisions")), (2, 3), rows)
    return Section(N_("Personnes concernées"), "art. 30(1)(c)", table=table)


def _data(activity: Activity, reader: Reader) -> Section:
    everyone = N_("toutes") if any(row.person_category for row in activity.data_items) else ""
    rows = [
        Row(
            (
                reader.words(row, "category"),
                _lines(reader.words(row, "description"), row.free_text and FREE_TEXT),
                reader.words(row, "person_category") or everyone,
                reader.origin(row),
                reader.duty(row),
            )
        )
        for row in activity.data_items
    ]
    heads = (N_("Catégorie"), N_("Données"), N_("Personnes"), N_("Collecte"), N_("Fourniture"))
    return Section(N_("Données"), "art. 30(1)(c)", table=table_of(heads, (4, 6, 3, 4, 4), rows))


def _recipients(activity: Activity, reader: Reader) -> Section:
    rows = [
        Row((reader.words(row, "kind"), reader.recipient(row), reader.words(row, "reason")))
        for row in activity.recipients
    ]
    table = table_of((N_("Nature"), N_("Destinataire"), N_("Raison")), (2, 4, 4), rows)
    return Section(N_("Destinataires"), "art. 30(1)(d)", table=table)


def _transfers(activity: Activity, reader: Reader) -> Section:
    rows = [
        Row(
            (
                reader.words(row, "recipient"),
                reader.words(row, "country"),
                reader.words(row, "mechanism"),
                _lines(reader.words(row, "document"), reader.words(row, "details")),
            )
        )
        for row in activity.transfers
    ]
    heads = (N_("Organisme"), N_("Pays"), N_("Garantie"), N_("Document et précisions"))
    facts = [] if rows else reader.facts(activity, "transfers_exist")
    return Section(_TRANSFERS, "art. 30(1)(e)", facts, table_of(heads, (4, 2, 4, 4), rows))


def _retentions(activity: Activity, reader: Reader) -> Section:
    rows = [
        Row(
            (
                _lines(reader.words(row, "item"), reader.words(row, "data_category")),
                reader.words(row, "stage"),
                reader.duration(row),
                _lines(reader.words(row, "reference"), reader.reliability(row)),
            ),
            TO_VERIFY if row.is_to_verify else "",
        )
        for row in activity.retentions
    ]
    heads = (N_("Élément"), N_("Étape"), N_("Durée et point de départ"), N_("Texte et fiabilité"))
    return Section(N_("Durées de conservation"), "art. 30(1)(f)", table=table_of(heads, (4, 3, 5, 5), rows))


def _security(activity: Activity, reader: Reader) -> Section:
    rows = [
        Row((reader.words(row, "category"), reader.words(row, "description"))) for row in activity.security_measures
    ]
    table = table_of((N_("Type de mesure"), N_("Description")), (2, 4), rows)
    return Section(_SECURITY, "art. 30(1)(g)", reader.facts(activity, "security_notes"), table)


def _access(activity: Activity, reader: Reader) -> Section:
    rows = [
        Row(
            (
                reader.words(row, "profile"),
                reader.words(row, "scope"),
                reader.operations(row),
                reader.words(row, "review_on"),
            )
        )
        for row in reader.rows(activity, "access_rights")
    ]
    heads = (N_("Profil"), N_("Périmètre"), N_("Droits"), N_("Revue"))
    return Section(N_("Droits d’accès"), "HOP’EN P3.6", table=table_of(heads, (3, 3, 4, 2), rows))


def _rights(activity: Activity, reader: Reader) -> Section:
    keys = ("information", "rights", "automated_decision", "automated_logic")
    return Section(N_("Information et droits des personnes"), "art. 12 à 22", reader.facts(activity, *keys))


def _dpia(activity: Activity, reader: Reader) -> Section:
    if activity.kind is Kind.PROCESSOR and not activity.dpia_criteria:
        return Section(_DPIA)
    facts = [(N_("Nécessité"), activity.dpia_need.label)]
    facts += reader.facts(activity, "dpia_criteria", "dpia_listed", "dpia_reason")
    if activity.dpia_progress is not DpiaProgress.NONE:
        facts += reader.facts(activity, "dpia_progress")
    return Section(_DPIA, "art. 35", facts)


_ACTORS, _PURPOSES = N_("Acteurs"), N_("Finalités et bases légales")
_TRANSFERS, _SECURITY = N_("Transferts hors UE"), N_("Mesures de sécurité")
_DPIA = N_("Analyse d’impact (AIPD)")
_ASKED_OF_PROCESSORS = {
    _ACTORS: "art. 30(2)(a)",
    _PURPOSES: "art. 30(2)(b)",
    _TRANSFERS: "art. 30(2)(c)",
    _SECURITY: "art. 30(2)(d)",
}
_SECTIONS: tuple[Callable[[Activity, Reader], Section], ...] = (
    _identity, _actors, _purposes, _persons, _data, _recipients, _transfers, _retentions, _security,
    _access, _rights, _dpia,
)  # fmt: skip


def table_of(heads: tuple[str, ...], widths: tuple[int, ...], rows: list[Row]) -> Table | None:
    """A table without the columns in which no row says anything."""
    kept = [place for place in range(len(heads)) if place == 0 or any(row.cells[place] for row in rows)]

    def those(values: tuple[_T, ...]) -> tuple[_T, ...]:
        return tuple(values[place] for place in kept)

    shown = tuple(Row(those(row.cells), row.mark) for row in rows)
    return Table(those(heads), those(widths), shown) if rows else None


def _named(reader: Reader, row: Any, key: str) -> str:
    words = reader.words(row, key)
    return f"{reader.title(row.collection, key)} : {words}" if words else ""


def _lines(*texts: str | bool | None) -> str:
    return "\n".join(str(text) for text in texts if text)
