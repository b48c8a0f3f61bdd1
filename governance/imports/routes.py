"""The doors of an import: give a file, say what its columns mean, look at what it would do, confirm, take back."""

import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from exports.sentences import sentences
from governance.database import reading, session
from governance.doors import requires
from governance.imports import mapping, operations, progress
from governance.imports.forms import UploadForm
from governance.imports.planning import Action
from governance.imports.reader import Unreadable
from governance.imports.understand import read_and_understand
from governance.lists import paged
from governance.terms import terms
from governance.visitor import Place, load, visitor
from models.imports import BatchState, ImportBatch
from models.permissions import Permission
from models.rules import RuleBroken

blueprint = Blueprint("imports", __name__)


@blueprint.get("/")
@requires(Permission.REGISTER_IMPORT)
def index() -> str:
    """The imports made, latest first; their reports stay."""
    ids = select(ImportBatch.id).where(visitor().sees(ImportBatch, Permission.REGISTER_IMPORT))
    page = paged(ids, {"quand": ImportBatch.created_at}, "-quand", _details)
    return render_template("imports/index.html", page=page)


def _details(ids: list[uuid.UUID]) -> dict[uuid.UUID, ImportBatch]:
    return {one.id: one for one in session.scalars(select(ImportBatch).where(ImportBatch.id.in_(ids)))}


@blueprint.get("/nouveau")
@requires(Permission.REGISTER_IMPORT)
def start() -> str:
    """Choose a file."""
    return render_template("imports/start.html", form=UploadForm(), places=_choosable())


@blueprint.post("/nouveau")
@requires(Permission.REGISTER_IMPORT)
def receive() -> Response | tuple[str, int]:
    """Read the file; nothing of the register changes yet."""
    form, place = UploadForm(), _place()
    ready = form.sent()
    if place is None:
        form.form_errors.append(_("Choisissez l’établissement dont le registre recevra ce fichier."))
    if not ready or place is None:
        return render_template("imports/start.html", form=form, places=_choosable()), 422
    upload = form.file.data
    data, filename = upload.read(), upload.filename or "fichier"
    with reading():
        known, remembered = terms(), mapping.remembered(place.id)
    try:
        read = read_and_understand(data, filename, known, remembered)
    except Unreadable as problem:
        form.file.errors = [_(str(problem))]
        return render_template("imports/start.html", form=form, places=_choosable()), 422
    batch = operations.receive(visitor(), place.id, filename, data, read)
    step = "columns" if mapping.await_meanings(batch, data, read, remembered) else "show"
    return redirect(url_for(f"imports.{step}", identity=batch.id), 303)


def _choosable() -> tuple[Place, ...]:
    return () if visitor().establishment else visitor().places(Permission.REGISTER_IMPORT)


def _place() -> Place | None:
    here = visitor().establishment
    wanted = request.form.get("etablissement", here.code if here else "")
    return next((one for one in visitor().places(Permission.REGISTER_IMPORT) if one.code == wanted), None)


@blueprint.get("/<uuid:identity>")
@requires(Permission.REGISTER_IMPORT)
def show(identity: uuid.UUID) -> str:
    """What the import would do, or did: counts, records, and every cell that was not understood."""
    return _report_page(load(ImportBatch, identity, Permission.REGISTER_IMPORT))


def _report_page(batch: ImportBatch, overtaken: bool = False) -> str:
    known = terms()
    rows = [{**row, "sentences": sentences(row["changes"], "activity", known)} for row in batch.report.get("rows", ())]
    return render_template(
        "imports/show.html",
        batch=batch,
        report=batch.report,
        rows=rows,
        actions=Action,
        states=BatchState,
        overtaken=overtaken,
    )


@blueprint.get("/<uuid:identity>/avancement")
@requires(Permission.REGISTER_IMPORT)
def advance(identity: uuid.UUID) -> dict[str, int]:
    """How far the confirmation is, for the bar on the page."""
    batch = load(ImportBatch, identity, Permission.REGISTER_IMPORT)
    return progress.read(batch.id)


@blueprint.post("/<uuid:identity>/confirmer")
@requires(Permission.REGISTER_IMPORT)
def confirm(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Write all that the preview showed, or nothing."""
    batch = load(ImportBatch, identity, Permission.REGISTER_IMPORT)
    try:
        operations.apply(visitor().actor, batch, progress.teller(batch.id))
    except operations.Overtaken:
        return _report_page(batch, overtaken=True), 409
    except RuleBroken as broken:
        return _refused(batch, broken)
    finally:
        progress.forget(identity)
    flash(_("L’import est fait : le rapport reste ici."), "success")
    return redirect(url_for("imports.show", identity=batch.id), 303)


@blueprint.post("/<uuid:identity>/abandonner")
@requires(Permission.REGISTER_IMPORT)
def abandon(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Give up an import that was not confirmed."""
    return _step(identity, operations.abandon, _("L’import est abandonné ; le registre n’a pas changé."))


@blueprint.post("/<uuid:identity>/annuler")
@requires(Permission.REGISTER_IMPORT)
def undo(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Take the import back while nobody touched its records."""
    done = _("L’import est annulé : le registre est comme avant.")
    return _step(identity, lambda batch: operations.undo(visitor().actor, batch), done)


def _step(identity: uuid.UUID, verb: Any, done: str) -> Response | tuple[str, int]:
    batch = load(ImportBatch, identity, Permission.REGISTER_IMPORT)
    try:
        verb(batch)
    except RuleBroken as broken:
        return _refused(batch, broken)
    flash(done, "success")
    return redirect(url_for("imports.show", identity=batch.id), 303)


def _refused(batch: ImportBatch, broken: RuleBroken) -> tuple[str, int]:
    return render_template("imports/refused.html", batch=batch, reason=_(broken.message)), 422


@blueprint.get("/<uuid:identity>/colonnes")
@requires(Permission.REGISTER_IMPORT)
def columns(identity: uuid.UUID) -> str:
    """Say what the columns of a table mean; what could be guessed is proposed."""
    batch = load(ImportBatch, identity, Permission.REGISTER_IMPORT)
    tables = batch.report.get("tables") or abort(404)
    return render_template("imports/columns.html", batch=batch, tables=tables, choices_for=mapping.choices_for)


@blueprint.post("/<uuid:identity>/colonnes")
@requires(Permission.REGISTER_IMPORT)
def map_columns(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Read the table again with the meanings chosen, and remember them."""
    batch = load(ImportBatch, identity, Permission.REGISTER_IMPORT)
    try:
        mapping.choose(batch, request.form)
    except RuleBroken as broken:
        return _refused(batch, broken)
    return redirect(url_for("imports.show", identity=batch.id), 303)
