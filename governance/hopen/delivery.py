"""The doors through which the tracker leaves, made in a stretch that only reads, then told to the journal."""

import hashlib
from typing import IO, Any

from flask import render_template, request, send_file
from flask_babel import lazy_gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from exports.hopen import tracker as documents
from exports.listings import OBJECTIVES
from governance.database import reading, session
from governance.doors import requires
from governance.forms import Form, file_format
from governance.hopen import queries
from governance.hopen.blueprint import blueprint
from governance.leaving import sent
from governance.lists import asked, query_sent, whole
from governance.media import MIMETYPES
from governance.terms import terms
from governance.visitor import visitor
from models.base import now, today
from models.establishments import Establishment, Group
from models.hopen.prerequisites import Task
from models.hopen.tracking import Pursuit, Step
from models.journal import Verb, tell
from models.permissions import Permission

FORMATS = (
    ("xlsx", lazy_gettext("Classeur Excel (.xlsx)")),
    ("csv", lazy_gettext("Tableau (.csv)")),
    ("pdf", lazy_gettext("Document PDF")),
    ("json", lazy_gettext("Données (.json)")),
)


class ExportForm(Form):
    """In which format the tracker leaves."""

    format = file_format(FORMATS)


@blueprint.get("/exporter")
@requires(Permission.HOPEN_EXPORT)
def hand_over() -> str:
    """Choose the format of the tracker, as the list was filtered."""
    return _page(ExportForm(), request.query_string.decode(errors="replace"))


@blueprint.post("/exporter")
@requires(Permission.HOPEN_EXPORT)
def deliver() -> Response | tuple[str, int]:
    """The actions of the list, as filtered, in the format chosen."""
    form, query = ExportForm(), query_sent()
    if not form.sent():
        return _page(form, query), 422
    kind = str(form.format.data)
    with reading():
        content, rows = _made(asked(query), kind)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    content.seek(0)
    here = visitor().establishment
    subject = session.get_one(Establishment, here.id) if here else session.scalars(select(Group)).one()
    title = f"le suivi HOP’EN de {subject.name}"
    tell(session(), Verb.EXPORTED, subject, title, format=kind, rows=rows, digest=digest, public=False)
    name = f"hopen-{here.code if here else 'groupe'}-{today():%Y-%m-%d}.{kind}".lower()
    return send_file(content, mimetype=MIMETYPES[kind], as_attachment=True, download_name=name)


def _made(filters: Any, kind: str) -> tuple[IO[bytes], int]:
    """The steps that the filters keep, as a file set at its start, and how many they are."""
    who = visitor()
    ids = queries.listed(who, filters, today()).where(who.sees(Step, Permission.HOPEN_EXPORT))
    chosen = list(session.scalars(ids.order_by(Task.position, Step.establishment_id)))
    found = queries.details(who, chosen)
    lines = [documents.Tracked(line.step, line.owners, line.proofs) for line in (found[one] for one in chosen)]
    of = who.establishment.name if who.establishment else session.scalars(select(Group)).one().name
    tracking = documents.Tracking(of, lines, now().replace(microsecond=0), terms())
    return documents.MAKERS[kind](tracking), len(lines)


@blueprint.post("/objectifs/exporter")
@requires(Permission.HOPEN_EXPORT)
def export_objectives() -> Response:
    """The objectives that the list shows, as a workbook."""
    args = asked()
    ids = queries.objectives(visitor(), args, today()).where(visitor().sees(Pursuit, Permission.HOPEN_EXPORT))
    found = whole(ids, queries.OBJECTIVE_SORTS, "objectif", queries.objective_details, args)
    return sent(OBJECTIVES, found, "les objectifs HOP’EN", "objectifs-hopen")


def _page(form: ExportForm, query: str) -> str:
    return render_template("hopen/hand_over.html", form=form, query=query)
