"""The doors through which the plan leaves, made in a stretch that only reads, then told to the journal."""

import hashlib
from typing import IO, Any

from flask import render_template, request, send_file
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from exports import plan as documents
from governance.database import reading, session
from governance.doors import requires
from governance.lists import asked, query_sent
from governance.media import MIMETYPES
from governance.plan import queries
from governance.plan.blueprint import blueprint
from governance.plan.forms import ExportForm
from governance.plan.routes import sees_origin
from governance.visitor import Place, visitor
from models.base import now, today
from models.establishments import Establishment
from models.journal import Verb, tell
from models.permissions import Permission
from models.plan import Action


@blueprint.get("/exporter")
@requires(Permission.PLAN_EXPORT)
def hand_over() -> str:
    """Choose the format of the plan, as the list was filtered."""
    return _page(ExportForm(), request.query_string.decode(errors="replace"))


@blueprint.post("/exporter")
@requires(Permission.PLAN_EXPORT)
def deliver() -> Response | tuple[str, int]:
    """The plan of one establishment, as filtered, in the format chosen."""
    form, place = ExportForm(), _place()
    query = query_sent()
    ready = form.sent()
    if place is None:
        form.form_errors.append(_("Choisissez l’établissement dont le plan doit sortir."))
    if not ready or place is None:
        return _page(form, query), 422
    kind = str(form.format.data)
    with reading():
        content, rows = _made(asked(query), place, kind)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    content.seek(0)
    home = session.get_one(Establishment, place.id)
    title = f"le plan d’action de {home.name}"
    tell(session(), Verb.EXPORTED, home, title, format=kind, rows=rows, digest=digest, public=False)
    name = f"plan-{place.code}-{today():%Y-%m-%d}.{kind}".lower()
    return send_file(content, mimetype=MIMETYPES[kind], as_attachment=True, download_name=name)


def _made(filters: Any, place: Place, kind: str) -> tuple[IO[bytes], int]:
    """The actions that the filters keep, as a file set at its start, and how many they are."""
    ids = queries.listed(visitor(), filters, today()).where(Action.establishment_id == place.id)
    query = select(Action).options(joinedload(Action.department)).where(Action.id.in_(ids))
    actions = list(session.scalars(query.order_by(queries.SORTS["echeance"], Action.title)))
    home = session.get_one(Establishment, place.id)
    return documents.MAKERS[kind](documents.Plan(home, actions, now().replace(microsecond=0), sees_origin)), len(
        actions
    )


def _place() -> Place | None:
    """The establishment whose plan leaves: where she works, or the one chosen in the form."""
    here = visitor().establishment
    wanted = request.form.get("etablissement", here.code if here else "")
    return next((place for place in visitor().places(Permission.PLAN_EXPORT) if place.code == wanted), None)


def _page(form: ExportForm, query: str) -> str:
    places = () if visitor().establishment else visitor().places(Permission.PLAN_EXPORT)
    return render_template("plan/hand_over.html", form=form, query=query, places=places)
