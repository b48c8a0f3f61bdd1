"""Form fields that take files, and what a record's page needs to show those attached to it (« Pièces »)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField, MultipleFileField
from wtforms.validators import ValidationError

from governance.database import session
from governance.files import Upload, is_there
from governance.forms import Form, ListedField, paragraph, text
from governance.media import ENDINGS, Unfit
from governance.visitor import visitor
from models.evidence import Attachment, HasEvidence

NONE_CHOSEN = lazy_gettext("Choisissez un fichier.")
HINT = lazy_gettext(
    "PDF, PNG, JPEG, documents Word, Excel, PowerPoint ou OpenDocument, texte, CSV, courriels ; 25 Mo par envoi."
)


class _Looked:
    """Looks at each file chosen, and says beside the field what is wrong; `field.uploads` holds those that are fit."""

    def __init__(self, endings: Sequence[str], *, required: bool) -> None:
        self.endings, self.required = endings, required

    def __call__(self, form: Any, field: Any) -> None:
        chosen = field.data if isinstance(field.data, list) else [field.data]
        field.uploads, faults = [], []
        for one in chosen:
            if one is not None and one.filename:
                try:
                    field.uploads.append(self._fit(one))
                except Unfit as unfit:
                    faults.append(f"{one.filename} : {_(str(unfit))}" if len(chosen) > 1 else _(str(unfit)))
        if faults:
            raise ValidationError(" ".join(faults))
        if self.required and not field.uploads:
            raise ValidationError(NONE_CHOSEN)

    def _fit(self, one: Any) -> Upload:
        upload = Upload.of(one.stream, one.filename)
        if not set(upload.kind.endings) & set(self.endings):
            raise Unfit(
                _(
                    "Ce fichier est %(kind)s : il faut un fichier %(wanted)s.",
                    kind=_(upload.kind.title),
                    wanted=self._wanted(),
                )
            )
        return upload

    def _wanted(self) -> str:
        return ", ".join(f".{ending}" for ending in self.endings)


def file(label: str, endings: Sequence[str] = ENDINGS, *, required: bool = False, **options: Any) -> Any:
    """One file, of the kinds whose names end so; `field.uploads` holds the Upload, if any, once the form is sent."""
    return FileField(label, [_Looked(endings, required=required)], render_kw=_offered(endings), **options)


def files(label: str, endings: Sequence[str] = ENDINGS, *, required: bool = False, **options: Any) -> Any:
    """Several files; `field.uploads` holds them (Upload) once the form is sent."""
    return MultipleFileField(label, [_Looked(endings, required=required)], render_kw=_offered(endings), **options)


def _offered(endings: Sequence[str]) -> dict[str, str]:
    return {"accept": ",".join(f".{ending}" for ending in endings)}


class AttachForm(Form):
    """Files for a record, with a title and a note, and what they are about where the record has several topics."""

    files = files(lazy_gettext("Fichiers"), required=True, description=HINT)
    title = text(
        lazy_gettext("Intitulé"),
        description=lazy_gettext("Par exemple « Contrat signé » ; à défaut, le nom du fichier."),
    )
    note = paragraph(lazy_gettext("Précisions"), limit=2000)
    about: ListedField | None = None


def attach_form(owner: HasEvidence, **options: Any) -> AttachForm:
    """The form that takes files for `owner`; `options` are those of a form."""
    topics = list(owner.topics().items())

    class About(AttachForm):
        about = ListedField(lazy_gettext("Porte sur"), lambda: topics, none=_("L’ensemble"))

    return About(**options) if topics else AttachForm(**options)


@dataclass(frozen=True)
class Shelf:
    """The attachments of a record, for templates/macros/evidence.html; `gone`: those whose file is not there."""

    kind: str
    owner: HasEvidence
    attachments: Sequence[Attachment]
    gone: frozenset[Attachment]
    may_change: bool

    def about(self, code: str) -> list[Attachment]:
        """Those about one topic of the record: the proofs of one criterion."""
        return [one for one in self.attachments if one.about == code]


def shelf(owner: HasEvidence) -> Shelf:
    """What the page of `owner` shows of its attachments. One query."""
    attachments = session.scalars(Attachment.of(owner)).all()
    gone = frozenset(one for one in attachments if not is_there(one))
    return Shelf(owner.__tablename__, owner, attachments, gone, visitor().may_change(owner))
