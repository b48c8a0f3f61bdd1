"""The doors through which the register leaves: one record, a selection, or the whole, in every format."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.lists import asked, filters_of, query_sent
from governance.register import delivery, queries
from governance.register.blueprint import blueprint
from governance.register.forms import HandOverForm
from governance.visitor import Place, load, visitor
from models.base import now, today
from models.permissions import Permission
from models.register.activity import Activity


@blueprint.get("/exporter")
@requires(Permission.REGISTER_EXPORT)
def hand_over() -> str:
    """Choose the format of the register, as the list was filtered."""
    return _page(HandOverForm(), url_for("register.deliver"), query=request.query_string.decode(errors="replace"))


@blueprint.post("/exporter")
@requires(Permission.REGISTER_EXPORT)
def deliver() -> Response | tuple[str, int]:
    """The register of one establishment, as filtered, in the format chosen."""
    form, place = HandOverForm(), _place()
    query = query_sent()
    ready = form.sent()
    if place is None:
        form.form_errors.append(_("Choisissez l’établissement dont le registre doit sortir."))
    if not ready or place is None:
        return _page(form, url_for("register.deliver"), query=query), 422
    ids = queries.listed(visitor(), filters_of(query), today())
    return _sent(form, place, ids, "registre")


@blueprint.get("/<uuid:identity>/exporter")
@requires(Permission.REGISTER_EXPORT)
def hand_over_record(identity: uuid.UUID) -> str:
    """Choose the format of one record."""
    activity = load(Activity, identity, Permission.REGISTER_EXPORT)
    address = url_for("register.deliver_record", identity=activity.id)
    return _page(HandOverForm(format="pdf"), address, title=activity.journal_title())


@blueprint.post("/<uuid:identity>/exporter")
@requires(Permission.REGISTER_EXPORT)
def deliver_record(identity: uuid.UUID) -> Response | tuple[str, int]:
    """One record in the format chosen."""
    activity, form = load(Activity, identity, Permission.REGISTER_EXPORT), HandOverForm()
    if not form.sent():
        address = url_for("register.deliver_record", identity=activity.id)
        return _page(form, address, title=activity.journal_title()), 422
    place = _place_of(activity.establishment_id) or abort(404)
    return _sent(form, place, select(Activity.id).where(Activity.id == activity.id), activity.reference)


@blueprint.post("/exporter/selection")
@requires(Permission.REGISTER_EXPORT)
def hand_over_selection() -> Response | str | tuple[str, int]:
    """The records picked in the list: first choose the format, then receive the file."""
    ids = _picked()
    owners = set(session.scalars(_mine().with_only_columns(Activity.establishment_id).where(Activity.id.in_(ids))))
    if len(owners) != 1:
        flash(_("Cochez une ou plusieurs fiches d’un même établissement, puis exportez."), "warning")
        return redirect(url_for("register.index"), 303)
    form = HandOverForm()
    if "format" not in request.form or not form.sent():
        return _page(
            form, url_for("register.hand_over_selection"), ids=ids
        ), 200 if "format" not in request.form else 422
    place = _place_of(owners.pop()) or abort(404)
    return _sent(form, place, _mine().where(Activity.id.in_(ids)), "selection")


def _mine() -> Select[Any]:
    return select(Activity.id).where(visitor().sees(Activity, Permission.REGISTER_EXPORT))


def _picked() -> list[uuid.UUID]:
    try:
        return [uuid.UUID(typed) for typed in request.form.getlist("ids")[:500]]
    except ValueError:
        abort(404)


def _place() -> Place | None:
    """The establishment whose register leaves: where she works, or the one chosen in the form."""
    here = visitor().establishment
    wanted = request.form.get("etablissement", here.code if here else "")
    return next((place for place in visitor().places(Permission.REGISTER_EXPORT) if place.code == wanted), None)


def _place_of(establishment_id: uuid.UUID) -> Place | None:
    return next((p for p in visitor().places(Permission.REGISTER_EXPORT) if p.id == establishment_id), None)


def _page(
    form: HandOverForm, address: str, *, query: str = "", title: str = "", ids: list[uuid.UUID] | None = None
) -> str:
    of_list = not title and ids is None
    return render_template(
        "register/hand_over.html",
        form=form,
        address=address,
        query=query,
        record=title,
        ids=ids or [],
        places=visitor().places(Permission.REGISTER_EXPORT) if of_list and not visitor().establishment else (),
        every_state=of_list and filters_of(query).get("etat") == "toutes",
        filtered=_filtered(query) if of_list else None,
    )


def _filtered(query: str) -> int | None:
    """How many records a filtered list sends away; None when it is not filtered."""
    if not {name for name, value in asked(query).items() if value} - {"page", "tri", "colonnes"}:
        return None
    return queries.count(queries.listed(visitor(), filters_of(query), today()))


def _sent(form: HandOverForm, place: Place, ids: Select[Any], stem: str) -> Response:
    ids = ids.where(Activity.establishment_id == place.id)
    made = delivery.make(ids, place.id, str(form.format.data), public=bool(form.public.data))
    delivery.tell_export(made, place.id)
    suffix = "-public" if made.public else ""
    if made.is_part and stem == "registre":
        stem = "extrait-registre"
    name = f"{stem}-{place.code}-{now():%Y-%m-%d}{suffix}.{made.format}".lower()
    return send_file(made.content, mimetype=made.mimetype, as_attachment=True, download_name=name)
