"""What CNIL's simplified template has no place for, one line per thing said: the sheet « Compléments » of the ods."""

from collections.abc import Iterable, Iterator

from exports.book import processors_of
from exports.opendocument import Cell
from exports.reading import Reader
from models.register.activity import Activity
from models.register.processor import Processor

TITLES = ("N° / RÉF", "Nom du traitement", "Rubrique", "Élément", "Contenu")
BASIS = "Base légale"
_Said = Iterator[tuple[str, str, str]]
"""(subject, element, words)."""


def complements(records: list[Activity], processors: Iterable[Processor], reader: Reader) -> Iterator[list[Cell]]:
    """Rows of reference, record, subject, element and words: of the records, then of the processors."""
    yield [Cell(title, "heading") for title in TITLES]
    for record in records:
        for subject, element, words in _told(record, reader):
            yield [Cell(text) for text in (record.reference, record.name, subject, element, words)]
    for processor, references in processors_of(records, processors):
        for subject, element, words in _told_of_processor(processor, reader):
            yield [Cell(text) for text in (", ".join(references), None, subject, element, words)]


def _told_of_processor(processor: Processor, reader: Reader) -> _Said:
    keys = [column.key for column in reader.columns["processor"] if column.key != "name"]
    for label, words in reader.facts(processor, *keys):
        yield "Sous-traitant", processor.name, f"{label} : {words}"
    for sub in processor.sub_processors:
        told = reader.facts(sub, *(column.key for column in reader.columns["sub_processor"]))
        yield "Sous-traitant ultérieur", processor.name, " ; ".join(f"{label} : {words}" for label, words in told)


def _told(record: Activity, reader: Reader) -> _Said:
    for subject, keys in FIELDS.items():
        for label, words in reader.facts(record, *keys):
            yield subject, label, words
    yield "AIPD", "Nécessité", record.dpia_need.label
    for purpose in record.purposes:
        told = (reader.basis(purpose), reader.words(purpose, "legitimate_interest"), reader.special(purpose))
        yield BASIS, reader.words(purpose, "label"), "\n".join(filter(None, told))
    for item in record.data_items:
        told = (reader.origin(item), reader.duty(item), reader.free_text(item))
        yield "Source des données", reader.words(item, "category"), "\n".join(filter(None, told))
    for collection, subject in (
        ("retentions", "Conservation par étape"),
        ("recipients", "Destinataires"),
        ("access_rights", "Droits d’accès"),
    ):
        for row in reader.rows(record, collection):
            yield subject, row.journal_title() if collection == "access_rights" else "", reader.line(row)


FIELDS = {
    "Fiche": ("kind", "status", "domain", "description", "department", "owner_service"),
    "Contact": ("contact_name", "contact_email"),
    "Logiciels": ("applications",),
    "Sécurité": ("security_notes",),
    "Transferts hors UE": ("transfers_exist",),
    "Information": ("information",),
    "Droits": ("rights",),
    "Décision automatisée": ("automated_decision", "automated_logic"),
    "AIPD": ("dpia_criteria", "dpia_listed", "dpia_override", "dpia_reason", "dpia_progress"),
    "Suivi": ("review_on", "confirmed_at", "confirmed_by", "notes", "archived_on", "archive_reason"),
}
"""The record's own fields by subject."""
