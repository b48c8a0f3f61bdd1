"""The doors of a description’s life: validated, archived, reopened; its versions, their differences, its documents."""

import uuid
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from exports.positions.description import Standing, paper
from governance.database import session
from governance.doors import requires
from governance.editing import is_overtaken
from governance.forms import Form, apply
from governance.media import MIMETYPES
from governance.positions import operations, queries
from governance.positions.access import load_description
from governance.positions.blueprint import blueprint
from governance.positions.comparing import differences
from governance.positions.forms import ArchiveForm, ValidationForm
from governance.positions.sections import slug_of
from governance.visitor import visitor
from models.base import today
from models.permissions import Permission
from models.positions.description import JobDescription
from models.versions import State, Version

NOW = "maintenant"

Page = str | tuple[str, int] | Response


@blueprint.get("/<uuid:identity>/valider")
@requires(Permission.POSITIONS_VALIDATE)
def start_validation(identity: uuid.UUID) -> str:
    """What a validation freezes, and what still stops it."""
    description = load_description(identity, Permission.POSITIONS_VALIDATE, JobDescription.whole())
    return _validation_page(description, ValidationForm(revision=str(description.revision)))


def _validation_page(description: JobDescription, form: ValidationForm) -> str:
    return render_template("positions/validate.html", description=description, form=form, slug_of=slug_of)


@blueprint.post("/<uuid:identity>/valider")
@requires(Permission.POSITIONS_VALIDATE)
def validate(identity: uuid.UUID) -> Page:
    """Freeze the next version."""
    description = load_description(identity, Permission.POSITIONS_VALIDATE, JobDescription.whole())
    form = ValidationForm()
    if not form.sent():
        return _validation_page(description, form), 422
    if is_overtaken(form, description):
        who = description.updated_by
        form.form_errors.append(
            _("%(who)s a modifié la fiche depuis que vous l’avez ouverte : relisez-la, puis validez.", who=who)
        )
        return _validation_page(description, form), 409
    if not apply(form, lambda: operations.validate(visitor(), description, form.note.data)):
        return _validation_page(description, form), 422
    flash(_("La version %(number)s est validée.", number=description.validated_version), "success")
    return redirect(url_for("positions.show", identity=identity), 303)


@blueprint.get("/<uuid:identity>/archiver")
@requires(Permission.POSITIONS_VALIDATE)
def start_archiving(identity: uuid.UUID) -> str:
    """Why the description no longer serves."""
    description = load_description(identity, Permission.POSITIONS_VALIDATE)
    return render_template("positions/archive.html", description=description, form=ArchiveForm())


@blueprint.post("/<uuid:identity>/archiver")
@requires(Permission.POSITIONS_VALIDATE)
def archive(identity: uuid.UUID) -> Page:
    """Put the description aside: its versions stay readable."""
    description, form = load_description(identity, Permission.POSITIONS_VALIDATE), ArchiveForm()
    if not form.sent() or not apply(form, lambda: description.archive(today(), str(form.reason.data))):
        return render_template("positions/archive.html", description=description, form=form), 422
    flash(_("La fiche est archivée."), "success")
    return redirect(url_for("positions.show", identity=identity), 303)


@blueprint.post("/<uuid:identity>/rouvrir")
@requires(Permission.POSITIONS_VALIDATE)
def reopen(identity: uuid.UUID) -> Page:
    """Take an archived description back."""
    description, form = load_description(identity, Permission.POSITIONS_VALIDATE), Form()
    if not apply(form, description.reopen):
        return render_template("positions/refused.html", description=description, reasons=form.form_errors), 422
    flash(_("La fiche est rouverte."), "success")
    return redirect(url_for("positions.show", identity=identity), 303)


# Versions


def _frozen(description: JobDescription, number: int) -> Version:
    query = Version.of(description).where(Version.number == min(number, 10**6))
    return session.scalars(query).first() or abort(404)


@blueprint.get("/<uuid:identity>/comparer")
@requires(Permission.POSITIONS_READ)
def compare(identity: uuid.UUID) -> str:
    """The difference between two versions, or a version and the text in preparation."""
    description = load_description(identity, Permission.POSITIONS_READ, JobDescription.whole())
    kept = {str(one.number): one for one in queries.versions(description)}
    ends = {end: request.args.get(end, "") for end in ("de", "a")}
    states = [_state(description, kept, ends[end]) for end in ("de", "a")]
    before, after = states
    found = differences(before, after) if before is not None and after is not None else None
    moments = [(number, _("Version %(number)s", number=number)) for number in kept]
    moments.append((NOW, _("Texte en préparation")))
    return render_template("positions/compare.html", description=description, moments=moments, ends=ends, found=found)


def _state(description: JobDescription, kept: dict[str, Version], chosen: str) -> State | None:
    if chosen == NOW:
        return description.state()
    return kept[chosen].content if chosen in kept else None


# Documents


@blueprint.get("/<uuid:identity>/document.<any(docx, pdf):ending>")
@requires(Permission.POSITIONS_READ)
def draft_document(identity: uuid.UUID, ending: str) -> Response:
    """The text in preparation as a document, marked as not validated."""
    description = load_description(identity, Permission.POSITIONS_READ, JobDescription.whole())
    return _sent(paper(description.state(), description.establishment, Standing()), "fiche-projet", ending)


@blueprint.get("/<uuid:identity>/versions/<int:number>/document.<any(docx, pdf):ending>")
@requires(Permission.POSITIONS_READ)
def document(identity: uuid.UUID, number: int, ending: str) -> Response:
    """A frozen version as a document to sign."""
    description = load_description(identity, Permission.POSITIONS_READ)
    version = _frozen(description, number)
    made = paper(version.content, description.establishment, Standing(version))
    return _sent(made, f"fiche-version-{version.number}", ending)


def _sent(made: Any, name: str, ending: str) -> Response:
    content = made.pdf(today()) if ending == "pdf" else made.docx(today())
    return send_file(BytesIO(content), MIMETYPES[ending], as_attachment=True, download_name=f"{name}.{ending}")
