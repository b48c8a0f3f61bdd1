"""The doors of an import: give a file, say what its columns mean, look at what it would do, confirm, take back."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import and_, or_, select
from werkzeug.wrappers import Response

from exports.sentences import sentences
from governance import progress
from governance.database import reading, session
from governance.doors import requires
from governance.forms import Form
from governance.imports import forms, mapping, operations
from governance.imports.outcomes import LEFT_OUT, Action
from governance.imports.reader import Unreadable
from governance.imports.subjects import SUBJECTS, Subject, import_permissions, subject_of
from governance.imports.subjects.subject import Meanings
from governance.links import SHOWN_BY, page_of
from governance.lists import paged
from governance.terms import terms
from governance.visitor import Place, load, visitor
from models.imports import BatchState, ImportBatch
from models.rules import RuleBroken

blueprint = Blueprint("imports", __name__)

may_import = requires(*import_permissions())
"""The door of the room: one subject to import is enough to enter; each import is then opened with its own."""


def _load(identity: uuid.UUID) -> ImportBatch:
    """An import, if she may import its subject into its establishment."""
    word = session.scalar(select(ImportBatch.subject).where(ImportBatch.id == identity)) or abort(404)
    return load(ImportBatch, identity, subject_of(word).permission)


def _offered() -> list[Subject]:
    """The subjects that she may import somewhere."""
    return [subject for subject in SUBJECTS if visitor().may(subject.permission)]


@blueprint.get("/")
@may_import
def index() -> str:
    """The imports made of what she may import, latest first; their reports stay."""
    seen = [and_(ImportBatch.subject == one.word, visitor().sees(ImportBatch, one.permission)) for one in _offered()]
    page = paged(select(ImportBatch.id).where(or_(*seen)), {"quand": ImportBatch.created_at}, "-quand", _details)
    return render_template("imports/index.html", page=page, subject_of=subject_of, several=len(_offered()) > 1)


def _details(ids: list[uuid.UUID]) -> dict[uuid.UUID, ImportBatch]:
    return {one.id: one for one in session.scalars(select(ImportBatch).where(ImportBatch.id.in_(ids)))}


@blueprint.get("/nouveau")
@may_import
def start() -> str:
    """Choose what to import, then a file."""
    subject = _chosen(request.args.get("objet", ""))
    if subject is None:
        return render_template("imports/choose.html", subjects=_offered())
    return _start_page(subject, forms.UploadForm(_choosable(subject), objet=subject.word))


def _chosen(word: str) -> Subject | None:
    """The subject she asks for, else the only one she may import."""
    offered = _offered()
    named = [one for one in offered if one.word == word]
    return named[0] if named else offered[0] if len(offered) == 1 else None


def _start_page(subject: Subject, form: Form) -> str:
    return render_template("imports/start.html", form=form, subject=subject)


@blueprint.post("/nouveau")
@may_import
def receive() -> Response | tuple[str, int]:
    """Read the file; nothing of Vigie changes yet."""
    subject = _chosen(request.form.get("objet", ""))
    if subject is None:
        return render_template("imports/choose.html", subjects=_offered(), missing=True), 422
    form = forms.UploadForm(_choosable(subject))
    if not form.sent():
        return _start_page(subject, form), 422
    place = _place(subject) or abort(404)
    upload = form.file.data
    data, filename = upload.read(), upload.filename or "fichier"
    with reading():
        remembered = mapping.remembered(subject, place.id)
        reader = subject.reader(remembered)
    try:
        read = reader(data, filename)
    except Unreadable as problem:
        form.file.errors = [_(str(problem))]
        return _start_page(subject, form), 422
    batch = operations.receive(subject, visitor(), place.id, filename, data, read)
    step = "columns" if mapping.await_meanings(batch, data, read, remembered) else "show"
    return redirect(url_for(f"imports.{step}", identity=batch.id), 303)


def _choosable(subject: Subject) -> tuple[Place, ...]:
    return () if visitor().establishment else visitor().places(subject.permission)


def _place(subject: Subject) -> Place | None:
    here = visitor().establishment
    wanted = request.form.get("etablissement", here.code if here else "")
    return next((one for one in visitor().places(subject.permission) if one.code == wanted), None)


@blueprint.get("/<uuid:identity>")
@may_import
def show(identity: uuid.UUID) -> str:
    """What the import would do, or did: counts, lines, and every cell that was not understood."""
    return _report_page(_load(identity))


def _report_page(
    batch: ImportBatch, form: Form | None = None, overtaken: bool = False, left_out: Collection[int] = ()
) -> str:
    subject, known = subject_of(batch.subject), terms()
    rows, addresses = batch.report.get("rows", ()), _addresses(subject, batch)
    told = [
        {
            **row,
            "sentences": [*sentences(row["changes"], subject.table, known), *_counted(row.get("counts", {}))],
            "address": addresses.get(row.get("id")),
            "may_be_left_out": batch.state is BatchState.CHECKED and forms.may_be_left_out(row),
        }
        for row in rows
    ]
    return render_template(
        "imports/show.html",
        batch=batch,
        subject=subject,
        report=batch.report,
        columns=mapping.told(batch),
        rows=told,
        form=form or forms.confirmation(batch.report.get("proposals", ())),
        actions=Action,
        states=BatchState,
        overtaken=overtaken,
        left_out=left_out,
    )


def _addresses(subject: Subject, batch: ImportBatch) -> dict[str, str]:
    """The page of each record of the report that is still there, by its identity."""
    if subject.table not in SHOWN_BY:
        return {}
    ids = [uuid.UUID(row["id"]) for row in batch.report.get("rows", ()) if row.get("id")]
    present = session.scalars(select(subject.model.id).where(subject.model.id.in_(ids)))
    return {str(identity): page_of(subject.table, identity) for identity in present}


def _counted(counts: Mapping[str, int]) -> list[str]:
    """« Finalités : 2 », for each kind of rows."""
    return [f"{_(title)} : {count}" for title, count in counts.items()]


@blueprint.get("/<uuid:identity>/avancement")
@may_import
def advance(identity: uuid.UUID) -> dict[str, int]:
    """How far the confirmation is, for the bar on the page."""
    batch = _load(identity)
    return progress.read(batch.id)


@blueprint.post("/<uuid:identity>/portee")
@may_import
def choose_scope(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Say what the file covers wholly: who is absent from it depends on that."""
    batch = _load(identity)
    try:
        operations.choose_scope(batch, request.form.get("scope", ""))
    except RuleBroken as broken:
        return _refused(batch, broken)
    return redirect(url_for("imports.show", identity=batch.id), 303)


@blueprint.post("/<uuid:identity>/confirmer")
@may_import
def confirm(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Write all that the preview showed and all that was ticked, or nothing."""
    batch = _load(identity)
    proposals = batch.report.get("proposals", ())
    form = forms.confirmation(proposals)
    left_out = forms.left_out(request.form, batch.report.get("rows", ()))
    ticked = forms.ticked(form, proposals)
    if ticked is None:
        return _report_page(batch, form, left_out=left_out), 422
    if left_out:
        ticked[LEFT_OUT] = left_out
    try:
        operations.apply(visitor().actor, batch, ticked, progress.teller(batch.id))
    except operations.Overtaken:
        return _report_page(batch, forms.confirmation(batch.report["proposals"]), overtaken=True), 409
    except RuleBroken as broken:
        if broken.field not in form:
            return _refused(batch, broken)
        form[broken.field].errors = [_(broken.message)]
        return _report_page(batch, form, left_out=left_out), 422
    finally:
        progress.forget(identity)
    flash(_("L’import est fait : le rapport reste ici."), "success")
    return redirect(url_for("imports.show", identity=batch.id), 303)


@blueprint.post("/<uuid:identity>/abandonner")
@may_import
def abandon(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Give up an import that was not confirmed."""
    return _step(identity, operations.abandon, _("L’import est abandonné ; rien n’a changé."))


@blueprint.post("/<uuid:identity>/annuler")
@may_import
def undo(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Take the import back while nobody touched its records."""
    done = _("L’import est annulé : tout est comme avant.")
    return _step(identity, lambda batch: operations.undo(visitor().actor, batch), done)


def _step(identity: uuid.UUID, verb: Any, done: str) -> Response | tuple[str, int]:
    batch = _load(identity)
    try:
        verb(batch)
    except RuleBroken as broken:
        return _refused(batch, broken)
    flash(done, "success")
    return redirect(url_for("imports.show", identity=batch.id), 303)


def _refused(batch: ImportBatch, broken: RuleBroken) -> tuple[str, int]:
    return render_template("imports/refused.html", batch=batch, reason=_(broken.message)), 422


@blueprint.get("/<uuid:identity>/colonnes")
@may_import
def columns(identity: uuid.UUID) -> str:
    """Say what the columns of a table mean; what was chosen, or could be guessed, is proposed."""
    batch = _load(identity)
    if not mapping.is_open(batch):
        abort(404)
    return _columns_page(batch, [table.get("chosen") or table["proposed"] for table in batch.report["tables"]])


def _columns_page(batch: ImportBatch, chosen: list[Meanings], broken: RuleBroken | None = None) -> str:
    subject = subject_of(batch.subject)
    tables = [
        (table, meanings, mapping.choices_for(subject, table, meanings))
        for table, meanings in zip(batch.report["tables"], chosen, strict=True)
    ]
    return render_template("imports/columns.html", batch=batch, tables=tables, broken=broken, states=BatchState)


@blueprint.post("/<uuid:identity>/colonnes")
@may_import
def map_columns(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Read the table again with the meanings chosen, and remember them."""
    batch = _load(identity)
    chosen = mapping.said(batch, request.form)
    try:
        mapping.choose(batch, chosen)
    except RuleBroken as broken:
        return (_columns_page(batch, chosen, broken), 422) if mapping.is_open(batch) else _refused(batch, broken)
    return redirect(url_for("imports.show", identity=batch.id), 303)
