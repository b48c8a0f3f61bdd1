"""The doors through which the inventory leaves, as the list was filtered, in every format."""

from flask import render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from governance.doors import requires
from governance.forms import Form, file_format
from governance.inventory import delivery, queries
from governance.inventory.blueprint import blueprint
from governance.lists import filters_of, query_sent
from governance.media import MIMETYPES
from governance.visitor import Place, visitor
from models.base import now, today
from models.inventory.application import Application
from models.permissions import Permission

FORMATS = (
    ("xlsx", lazy_gettext("Classeur Excel (.xlsx), avec audits, échanges et décisions, réimportable")),
    ("pdf", lazy_gettext("Liste à remettre (.pdf)")),
    ("csv", lazy_gettext("Tableau des applications (.csv)")),
    ("json", lazy_gettext("Données (.json)")),
)


class HandOverForm(Form):
    """In which format the inventory leaves."""

    format = file_format(FORMATS)


@blueprint.get("/exporter")
@requires(Permission.INVENTORY_EXPORT)
def hand_over() -> str:
    """Choose the format of the inventory, as the list was filtered."""
    return _page(HandOverForm(), request.query_string.decode(errors="replace"))


@blueprint.post("/exporter")
@requires(Permission.INVENTORY_EXPORT)
def deliver() -> Response | tuple[str, int]:
    """The inventory of one establishment, as filtered, in the format chosen."""
    form, place, query = HandOverForm(), _place(), query_sent()
    ready = form.sent()
    if place is None:
        form.form_errors.append(_("Choisissez l’établissement dont l’inventaire doit sortir."))
    if not ready or place is None:
        return _page(form, query), 422
    ids = queries.listed(visitor(), filters_of(query), today()).where(Application.establishment_id == place.id)
    made = delivery.make(ids, place.id, str(form.format.data))
    delivery.tell_export(made, place.id)
    name = f"applications-{place.code}-{now():%Y-%m-%d}.{made.format}".lower()
    return send_file(made.content, mimetype=MIMETYPES[made.format], as_attachment=True, download_name=name)


def _place() -> Place | None:
    """The establishment whose inventory leaves: where she works, or the one chosen in the form."""
    here = visitor().establishment
    wanted = request.form.get("etablissement", here.code if here else "")
    return next((place for place in visitor().places(Permission.INVENTORY_EXPORT) if place.code == wanted), None)


def _page(form: HandOverForm, query: str) -> str:
    places = () if visitor().establishment else visitor().places(Permission.INVENTORY_EXPORT)
    return render_template(
        "inventory/hand_over.html",
        form=form,
        address=url_for("inventory.deliver"),
        query=query,
        places=places,
        every_state=filters_of(query).get("etat") == "toutes",
    )
