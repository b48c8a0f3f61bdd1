"""The register as a book: what stands on the cover, in the list, in each chapter; the same book for docx and pdf."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from exports import portable
from exports.outline import Facts, Row, Sheet, Standing, Table, sheet, table_of
from exports.reading import Reader
from exports.texts import day, long_day, printable
from models.establishments import Establishment
from models.register.activity import Activity
from models.register.catalogue import Terms
from models.register.processor import Processor
from models.register.words import Kind
from models.vocabulary import N_

REGISTER, RECORD = N_("Registre des activités de traitement"), N_("Fiche du registre des activités de traitement")
EXTRACT = N_("Extrait du registre des activités de traitement")
CONTENTS = N_("Sommaire")
CONTACTS = N_("Responsable de traitement et délégué")
CONTACT_PARTS = (N_("Responsable de traitement"), N_("Délégué à la protection des données"))
LIST = N_("Liste des activités de traitement")
LIST_HEADS = (N_("Référence"), N_("Traitement"), N_("Finalité principale"), N_("Service"), N_("État"), N_("Page"))
PROCESSORS = N_("Annexe : sous-traitants")
PROCESSORS_LEAD = N_("Les organismes qui traitent des données pour le compte de l’établissement (art. 28 du RGPD).")
DIGEST = N_("Empreinte SHA-256 des fiches, égale à celle de leur export JSON")


_BRIEF = 240
"""Characters of a purpose in the list; the sheet has the whole."""


@dataclass(frozen=True)
class Line:
    """A record in the list."""

    identity: str
    reference: str
    name: str
    purpose: str
    service: str
    status: str


@dataclass(frozen=True)
class Chapter:
    title: str
    lead: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class ProcessorSheet:
    """A processor of the directory, and the references of the records that name it."""

    name: str
    facts: Facts
    table: Table | None


@dataclass(frozen=True)
class Book:
    """`lines` are empty for a single record, which needs no list."""

    heading: str
    subtitle: str
    author: str
    group: str
    running: str
    mention: str
    summary: Facts
    digest: str
    contacts: tuple[tuple[str, Facts], ...]
    lines: tuple[Line, ...]
    chapters: tuple[Chapter, ...]
    processors: tuple[ProcessorSheet, ...]

    @property
    def title(self) -> str:
        return f"{self.heading} – {self.author}"

    @property
    def titles(self) -> list[str]:
        """The chapters, in order."""
        chapters = [chapter.title for chapter in self.chapters]
        return [CONTACTS, *([LIST] if self.lines else []), *chapters, *([PROCESSORS] if self.processors else [])]


def book(
    activities: Iterable[Activity],
    establishment: Establishment,
    on: dt.date,
    terms: Terms,
    *,
    processors: Iterable[Processor] = (),
    standings: Mapping[uuid.UUID, Standing] | None = None,
    public: bool = False,
    is_part: bool = False,
) -> Book:
    """The records laid out, in their order, as they were on a day."""
    records, reader = list(activities), Reader(terms, public)
    single = len(records) == 1
    heading = RECORD if single else EXTRACT if is_part else REGISTER
    named = processors_of(records, processors)
    return Book(
        heading=heading,
        subtitle=_subtitle({record.kind for record in records}),
        author=printable(establishment.name),
        group=printable(establishment.group.name),
        running=N_("{title} – état au {day}").format(title=heading, day=day(on)),
        mention=N_("Version publique") if public else N_("Document interne : il décrit des mesures de sécurité"),
        summary=_summary(records, on, public),
        digest=portable.digest(portable.records(records, public)),
        contacts=tuple(zip(CONTACT_PARTS, contacts(establishment, public, on), strict=True)),
        lines=() if single else tuple(_line(record, reader) for record in records),
        chapters=tuple(_chapters(records, reader, standings or {})),
        processors=tuple(processor_sheet(processor, reader, references) for processor, references in named),
    )


def _subtitle(kinds: set[Kind]) -> str:
    if kinds == {Kind.PROCESSOR}:
        return N_("Sous-traitant – article 30(2) du RGPD")
    if Kind.PROCESSOR in kinds:
        return N_("Responsable de traitement et sous-traitant – article 30 du RGPD")
    return N_("Responsable de traitement – article 30(1) du RGPD")


def _summary(records: list[Activity], on: dt.date, public: bool) -> Facts:
    statuses = Counter(record.status for record in records)
    detail = (
        ", ".join(
            f"{status.label.lower()} : {statuses[status]}"
            for status in sorted(statuses, key=list(type(records[0].status)).index)
        )
        if records
        else ""
    )
    facts = [
        (N_("État du registre au"), long_day(on)),
        (N_("Nombre de fiches"), f"{len(records)} ({detail})" if detail else "0"),
    ]
    doubtful = sum(retention.is_to_verify for record in records for retention in record.retentions)
    if doubtful:
        facts.append((N_("Durées à vérifier"), N_("{count}, signalées dans les fiches").format(count=doubtful)))
    if public:
        facts.append((N_("Version publique"), N_("sans les mesures de sécurité, les droits d’accès ni les contacts")))
    return facts


def _line(record: Activity, reader: Reader) -> Line:
    service = reader.words(record, "department") or reader.words(record, "owner_service")
    purpose = record.main_purpose
    brief = purpose if len(purpose) <= _BRIEF else purpose[: _BRIEF - 1] + "…"
    texts = (record.reference, record.name, brief, service, record.status.label)
    return Line(str(record.id), *map(printable, texts))


def _chapters(records: list[Activity], reader: Reader, standings: Mapping[uuid.UUID, Standing]) -> Iterable[Chapter]:
    """Both registers of article 30: that of the controller, then that of the processor."""
    for title, lead, of_processor in (
        (
            N_("Activités de l’établissement, responsable de traitement"),
            N_("Registre de l’article 30(1) du RGPD."),
            False,
        ),
        (N_("Activités menées comme sous-traitant"), N_("Registre de l’article 30(2) du RGPD."), True),
    ):
        chosen = [record for record in records if (record.kind is Kind.PROCESSOR) == of_processor]
        if chosen:
            yield Chapter(title, lead, tuple(sheet(record, reader, standings.get(record.id)) for record in chosen))


# The directory, and the establishment at the head of the document


def processor_sheet(processor: Processor, reader: Reader, references: Iterable[str]) -> ProcessorSheet:
    """A processor laid out; `references` are those of the records in which it receives data."""
    facts = reader.facts(processor, *(column.key for column in reader.columns["processor"] if column.key != "name"))
    cited = ", ".join(references)
    rows = [
        Row(tuple(reader.words(sub, key) for key in ("name", "service", "country", "authorised_on")))
        for sub in processor.sub_processors
    ]
    heads = (N_("Sous-traitant ultérieur"), N_("Prestation"), N_("Pays"), N_("Autorisé le"))
    named = [*facts, (N_("Intervient dans"), cited)] if cited else facts
    return ProcessorSheet(printable(processor.name), named, table_of(heads, (4, 4, 2, 2), rows))


def processors_of(activities: Iterable[Activity], directory: Iterable[Processor]) -> list[tuple[Processor, list[str]]]:
    """The directory and the processors that the records name, by name, each with the references of those records."""
    found: dict[str, tuple[Processor, list[str]]] = {processor.name: (processor, []) for processor in directory}
    for activity in activities:
        for recipient in activity.recipients:
            if recipient.processor is not None:
                references = found.setdefault(recipient.processor.name, (recipient.processor, []))[1]
                if activity.reference not in references:
                    references.append(activity.reference)
    return [found[name] for name in sorted(found, key=str.casefold)]


def contacts(establishment: Establishment, public: bool, on: dt.date) -> tuple[Facts, Facts]:
    """The controller's facts and those of its DPO on a day; the public version keeps what the law makes public
    (art. 37(7)): the contacts of a nomination are."""
    dpo = establishment.dpo(on)
    place = " ".join(filter(None, (establishment.postcode, establishment.city)))
    address = ", ".join(filter(None, (establishment.address, place)))
    controller = [
        (N_("Établissement"), establishment.name),
        (N_("Numéro FINESS"), establishment.finess),
        (N_("Représentant légal"), establishment.legal_representative),
        (N_("Adresse"), address),
        (N_("Téléphone"), establishment.phone),
        (N_("Adresse électronique"), establishment.email),
    ]
    officer = [
        (N_("Nom"), None if public else dpo.name),
        (N_("Société"), dpo.company),
        (N_("Adresse"), dpo.address),
        (N_("Téléphone"), None if public and not dpo.nomination_id else dpo.phone),
        (N_("Adresse électronique"), dpo.email),
        (N_("Formulaire ou page de contact"), dpo.page),
    ]
    return _said(controller), _said(officer)


def _said(facts: list[tuple[str, str | None]]) -> Facts:
    return [(label, printable(value)) for label, value in facts if value]
