"""The documents of a policy, each told to the journal with its digest when it leaves."""

from dataclasses import dataclass

from exports.policy import booklet
from governance.media import MIMETYPES
from governance.policy import operations, queries
from models.base import today
from models.policy.policy import PolicyVersion


@dataclass(frozen=True)
class Made:
    """A document: its bytes, their type, and the name of its file."""

    content: bytes
    mimetype: str
    name: str


def make(version: PolicyVersion, kind: str) -> Made:
    """The document of that kind (see forms.DOCUMENTS), told to the journal."""
    author, on = version.policy.establishment.name, today()
    held = None if kind == "texte" else queries.consultations(version.policy, version.number)
    write = booklet.document if kind == "docx" else booklet.booklet
    content = write(version, held, author, on)
    operations.tell_export(version.policy, version.journal_title(), content, kind, 1)
    ending = "docx" if kind == "docx" else "pdf"
    return Made(content, MIMETYPES[ending], f"pssi-v{version.number}.{ending}")
