"""The doors of attachments. Their rights are those of the record they belong to, which is loaded first."""

import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from werkzeug.wrappers import Response

from governance import files
from governance.database import session
from governance.doors import signed_in
from governance.files import FileGone
from governance.forms import Form, apply, paragraph
from governance.links import page_of
from governance.media import Unfit
from governance.uploads import AttachForm, attach_form
from governance.visitor import refuse, visitor
from models.base import now
from models.evidence import Attachment, HasEvidence, owners

blueprint = Blueprint("evidence", __name__)


class RemovalForm(Form):
    """Why an attachment is taken out."""

    reason = paragraph(lazy_gettext("Motif du retrait"), limit=2000, required=True)


def _owner(kind: str, identity: uuid.UUID, *, change: bool) -> HasEvidence:
    """The record, if she may read it, or change it: else 404 when she may not even see it, 403 when she may."""
    model = owners().get(kind) or abort(404)
    owner = session.get(model, identity)
    if owner is None or not visitor().may_read(owner):
        abort(404)
    if change and not visitor().may_change(owner):
        refuse()
    return owner


def _attachment(identity: uuid.UUID, *, change: bool) -> Attachment:
    """An attachment that was not removed, if the record it belongs to is hers to read, or change."""
    attachment = session.get(Attachment, identity)
    if attachment is None or attachment.removed_at is not None:
        abort(404)
    _owner(attachment.owner_type, attachment.owner_id, change=change)
    return attachment


def _back(owner: HasEvidence) -> str:
    return page_of(owner.__tablename__, owner.id) + "#pieces"


@blueprint.get("/<string(maxlength=40):kind>/<uuid:identity>/ajouter")
@signed_in
def start(kind: str, identity: uuid.UUID) -> str:
    """The form that takes files for a record, about the topic that the address proposes (`?porte=AUT20`)."""
    owner = _owner(kind, identity, change=True)
    return _attach_page(owner, attach_form(owner, formdata=None, about=request.args.get("porte")))


@blueprint.post("/<string(maxlength=40):kind>/<uuid:identity>/ajouter")
@signed_in
def attach(kind: str, identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep the files and attach them; all of them, or none."""
    owner = _owner(kind, identity, change=True)
    form = attach_form(owner)
    about = form.about.data if form.about else None
    if not form.sent():
        return _attach_page(owner, form), 422
    try:
        for upload in form.files.uploads:
            files.attach(owner, upload, who=visitor(), title=form.title.data, note=form.note.data, about=about)
    except Unfit as unfit:
        form.files.errors = [_(str(unfit))]
        return _attach_page(owner, form), 422
    count = len(form.files.uploads)
    flash(ngettext("La pièce est ajoutée.", "%(num)d pièces sont ajoutées.", count), "success")
    return redirect(_back(owner), 303)


def _attach_page(owner: HasEvidence, form: AttachForm) -> str:
    return render_template("evidence/attach.html", owner=owner, form=form, back=_back(owner))


@blueprint.get("/<uuid:identity>")
@signed_in
def show(identity: uuid.UUID) -> Any:
    """The file itself, always to be saved and never opened as a page."""
    attachment = _attachment(identity, change=False)
    try:
        path = files.read(attachment)
    except FileGone:
        owner = attachment.owner
        return render_template("evidence/gone.html", attachment=attachment, owner=owner, back=_back(owner)), 404
    return send_file(
        path, mimetype=attachment.media_type, as_attachment=True, download_name=attachment.name, etag=False
    )


@blueprint.get("/<uuid:identity>/retirer")
@signed_in
def ask_removal(identity: uuid.UUID) -> str:
    """Ask why an attachment is taken out."""
    return _removal_page(_attachment(identity, change=True), RemovalForm())


@blueprint.post("/<uuid:identity>/retirer")
@signed_in
def remove(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Take an attachment out of its record, with a reason that the journal keeps."""
    attachment, form = _attachment(identity, change=True), RemovalForm()
    if not form.sent() or not apply(form, lambda: attachment.remove(visitor().name, now(), form.reason.data)):
        return _removal_page(attachment, form), 422
    flash(_("« %(name)s » est retirée. Son fichier sera effacé dans 30 jours.", name=attachment.shown_name), "success")
    return redirect(_back(attachment.owner), 303)


def _removal_page(attachment: Attachment, form: RemovalForm) -> str:
    owner = attachment.owner
    return render_template("evidence/remove.html", attachment=attachment, owner=owner, form=form, back=_back(owner))
