"""The directory of vendors: list, record, making and editing."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select, true
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from exports.sentences import sentences
from governance.database import session
from governance.doors import requires
from governance.editing import overtaking, seen_by
from governance.inventory import operations, queries
from governance.inventory.blueprint import blueprint
from governance.inventory.forms import VendorForm
from governance.lists import paged
from governance.terms import terms
from governance.visitor import load, visitor
from models.inventory.application import Application
from models.inventory.vendor import Vendor
from models.journal import Entry
from models.permissions import Permission
from models.search import matching

SORTS = {"nom": Vendor.name}


@blueprint.get("/editeurs")
@requires(Permission.INVENTORY_READ)
def vendors() -> str:
    """The directory, with how many applications each vendor provides."""
    ids = select(Vendor.id).where(visitor().sees(Vendor, Permission.INVENTORY_READ))
    if typed := request.args.get("q", "").strip():
        ids = ids.where(matching(Vendor.words, typed[:200]))
    return render_template("inventory/vendors.html", page=paged(ids, SORTS, "nom", _details))


def _details(ids: list[uuid.UUID]) -> dict[uuid.UUID, Any]:
    used = select(func.count()).where(Application.vendor_id == Vendor.id).scalar_subquery()
    query = select(Vendor, used.label("used")).options(selectinload(Vendor.contacts)).where(Vendor.id.in_(ids))
    return {row.Vendor.id: row for row in session.execute(query)}


@blueprint.get("/editeurs/<uuid:identity>")
@requires(Permission.INVENTORY_READ)
def vendor(identity: uuid.UUID) -> str:
    """One vendor, what it provides, and what the journal tells of it."""
    found = load(Vendor, identity, Permission.INVENTORY_READ)
    provides = session.scalars(
        select(Application)
        .where(Application.vendor_id == found.id, visitor().sees(Application, Permission.INVENTORY_READ))
        .order_by(Application.name)
    ).all()
    entries = session.scalars(Entry.about(found).limit(50)).all()
    told = [(entry, sentences(entry.changes, "vendor", terms())) for entry in entries]
    return render_template("inventory/vendor.html", vendor=found, provides=provides, told=told)


@blueprint.get("/editeurs/nouveau")
@requires(Permission.INVENTORY_EDIT)
def start_vendor() -> str:
    """The empty form of a vendor."""
    return _page(VendorForm(), None)


@blueprint.post("/editeurs/nouveau")
@requires(Permission.INVENTORY_EDIT)
def create_vendor() -> Response | tuple[str, int]:
    """Put a vendor in the directory of one establishment."""
    form, home = VendorForm(), queries.home() or abort(404)
    if form.rearrange() or not form.sent() or not _name_is_free(form, home.id, None):
        return _page(form, None), 422
    made = Vendor(establishment_id=home.id)
    operations.lay(made, form)
    session.add(made)
    session.flush()
    flash(_("« %(name)s » est dans l’annuaire des éditeurs.", name=made.name), "success")
    return redirect(url_for("inventory.vendor", identity=made.id), 303)


@blueprint.get("/editeurs/<uuid:identity>/modifier")
@requires(Permission.INVENTORY_EDIT)
def edit_vendor(identity: uuid.UUID) -> str:
    """The form of a vendor."""
    found = load(Vendor, identity, Permission.INVENTORY_EDIT)
    form = VendorForm(obj=found)
    form.seen.data = seen_by(form)
    return _page(form, found)


@blueprint.post("/editeurs/<uuid:identity>/modifier")
@requires(Permission.INVENTORY_EDIT)
def save_vendor(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep what was typed of a vendor, unless a colleague saved it since."""
    found, form = load(Vendor, identity, Permission.INVENTORY_EDIT), VendorForm()
    if form.rearrange() or not form.sent() or not _name_is_free(form, found.establishment_id, found.id):
        return _page(form, found), 422
    if conflict := overtaking(found, VendorForm(None, obj=found), form):
        return _page(form, found, conflict), 409
    operations.lay(found, form)
    flash(_("« %(name)s » est enregistré.", name=found.name), "success")
    return redirect(url_for("inventory.vendor", identity=found.id), 303)


def _page(form: VendorForm, found: Vendor | None, conflict: dict[str, Any] | None = None) -> str:
    places = visitor().places(Permission.INVENTORY_EDIT)
    home = None if found else queries.home()
    return render_template(
        "inventory/edit_vendor.html", form=form, vendor=found, home=home, places=places, conflict=conflict
    )


def _name_is_free(form: VendorForm, establishment_id: uuid.UUID, but: uuid.UUID | None) -> bool:
    other = Vendor.id != but if but else true()
    query = select(Vendor.id).where(Vendor.establishment_id == establishment_id, Vendor.name == form.name.data, other)
    taken = session.scalar(query)
    if taken:
        form.name.errors = [_("Cet éditeur est déjà dans l’annuaire.")]
    return not taken
