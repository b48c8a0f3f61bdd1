"""Imports of any subject: what was read from a file, what came of it, and how to take it back."""

import uuid
from pathlib import PurePath
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Code, Record, Short
from models.establishments import Establishment
from models.journal import Journaled
from models.vocabulary import N_, Vocabulary, vocabulary


class BatchState(Vocabulary):
    READ = "read", N_("Colonnes à associer")
    CHECKED = "checked", N_("À confirmer")
    APPLIED = "applied", N_("Importé")
    UNDONE = "undone", N_("Annulé")
    ABANDONED = "abandoned", N_("Abandonné")


WITHHELD = ("risks",)
"""The subjects of which the journal, which others read, tells not even how the file was called."""


class ImportBatch(Journaled, Record):
    """One file brought in. `payload` holds what was read (compressed JSON), and of a table the file itself, until the
    import is applied or abandoned.

    `subject` is the word of what it brings in (governance/imports/subjects); `choices` what a person said in the
    preview: what the file covers, which of its proposals she confirmed, and which lines she left out.
    """

    __tablename__ = "import_batch"
    journal_name = N_("Import")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"), index=True)
    subject: Mapped[Code] = mapped_column(index=True, info={"label": N_("Objet")})
    filename: Mapped[Short] = mapped_column(info={"label": N_("Fichier")})
    digest: Mapped[str] = mapped_column(String(64), info={"label": N_("Empreinte")})
    size: Mapped[int] = mapped_column(info={"label": N_("Taille")})
    layout: Mapped[Code] = mapped_column(info={"label": N_("Présentation reconnue")})
    state: Mapped[BatchState] = mapped_column(vocabulary(BatchState), info={"label": N_("État")})
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    made_by: Mapped[Short]
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    payload: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    applied_at: Mapped[At | None] = mapped_column(info={"label": N_("Importé le")})
    undone_at: Mapped[At | None] = mapped_column(info={"label": N_("Annulé le")})

    establishment: Mapped[Establishment] = relationship()

    @classmethod
    def latest(cls, establishment_ids: Any) -> Select["ImportBatch"]:
        """The imports of some establishments, latest first."""
        return select(cls).where(cls.establishment_id.in_(establishment_ids)).order_by(cls.created_at.desc())

    @property
    def is_withheld(self) -> bool:
        return self.subject in WITHHELD

    @property
    def told_name(self) -> str:
        """How the journal calls the file: by its name, or by its kind alone where the name may tell a weakness."""
        return f"{N_('fichier')}{PurePath(self.filename).suffix.lower()}" if self.is_withheld else self.filename

    def journal_title(self) -> str:
        return self.told_name


class ImportedRecord(Record):
    """A record that an import made or changed, with its state before, to undo the import while nobody touched it.

    `record_type` is the table of the record, `mark` what tells the state that the import left it in.
    """

    __tablename__ = "imported_record"

    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("import_batch.id"), index=True)
    record_type: Mapped[Code]
    record_id: Mapped[uuid.UUID] = mapped_column(index=True)
    mark: Mapped[str] = mapped_column(String(64))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class ColumnMapping(Record):
    """Which column of a table means what, remembered by the subject and the table's headers."""

    __tablename__ = "column_mapping"
    __table_args__ = (UniqueConstraint("establishment_id", "subject", "signature"),)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    subject: Mapped[Code]
    signature: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
