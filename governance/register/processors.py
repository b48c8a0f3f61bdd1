"""The directory of processors: list, record, making and editing."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, select, true
from werkzeug.wrappers import Response

from exports.sentences import sentences
from governance.database import session
from governance.doors import requires
from governance.editing import overtaking, seen_by
from governance.forms import fill
from governance.lists import paged
from governance.raised import raised
from governance.register import queries
from governance.register.blueprint import blueprint
from governance.register.forms import ProcessorForm
from governance.terms import terms
from governance.uploads import shelf
from governance.visitor import Visitor, load, visitor
from models.base import today
from models.journal import Entry
from models.permissions import Permission
from models.register.activity import Activity
from models.register.parts import Recipient
from models.register.processor import HDS_ALERT, Processor, SubProcessor
from models.search import matching

SORTS = {"nom": Processor.name, "contrat": Processor.contract_state, "hds": Processor.hds_expires_on}
ROWS = {"sub_processors": SubProcessor}


@blueprint.get("/sous-traitants")
@requires(Permission.REGISTER_READ)
def processors() -> str:
    """The directory: contracts, and hosting certificates near their end."""
    page = paged(listed(visitor(), request.args), SORTS, "nom", _details)
    return render_template("register/processors.html", page=page, today=today())


def listed(who: Visitor, args: Any) -> Select[Any]:
    """The identities of the processors that she may see and that the filters of `args` keep."""
    ids = select(Processor.id).where(who.sees(Processor, Permission.REGISTER_READ))
    if typed := args.get("q", "").strip():
        ids = ids.where(matching(Processor.words, typed[:200]))
    if args.get("montrer") == "hds":
        ids = ids.where(Processor.hosts_health_data.is_(True))
        ids = ids.where(func.coalesce(Processor.hds_expires_on, today()) <= today() + HDS_ALERT)
    return ids


def _details(ids: list[uuid.UUID]) -> dict[uuid.UUID, Any]:
    used = select(func.count()).where(Recipient.processor_id == Processor.id).scalar_subquery()
    rows = session.execute(select(Processor, used.label("used")).where(Processor.id.in_(ids)))
    return {row.Processor.id: row for row in rows}


@blueprint.get("/sous-traitants/<uuid:identity>")
@requires(Permission.REGISTER_READ)
def processor(identity: uuid.UUID) -> str:
    """One processor, the activities it serves, and what the journal tells of it."""
    found = load(Processor, identity, Permission.REGISTER_READ)
    serves = session.scalars(
        select(Activity)
        .where(Activity.recipients.any(Recipient.processor_id == found.id))
        .where(visitor().sees(Activity, Permission.REGISTER_READ))
        .order_by(Activity.reference)
    ).all()
    entries = session.scalars(Entry.about(found).limit(50)).all()
    told = [(entry, sentences(entry.changes, "processor", terms())) for entry in entries]
    return render_template(
        "register/processor.html",
        processor=found,
        serves=serves,
        told=told,
        today=today(),
        pieces=shelf(found),
        raised=raised(found),
    )


@blueprint.get("/sous-traitants/nouveau")
@requires(Permission.REGISTER_EDIT)
def start_processor() -> str:
    """The empty form of a processor."""
    return _page(ProcessorForm(), None)


@blueprint.post("/sous-traitants/nouveau")
@requires(Permission.REGISTER_EDIT)
def create_processor() -> Response | tuple[str, int]:
    """Put a processor in the directory of one establishment."""
    form, home = ProcessorForm(), queries.home() or abort(404)
    if form.rearrange() or not form.sent() or not _name_is_free(form, home.id, None):
        return _page(form, None), 422
    made = Processor(establishment_id=home.id)
    fill(made, form, ROWS)
    session.add(made)
    session.flush()
    flash(_("« %(name)s » est dans l’annuaire.", name=made.name), "success")
    return redirect(url_for("register.processor", identity=made.id), 303)


@blueprint.get("/sous-traitants/<uuid:identity>/modifier")
@requires(Permission.REGISTER_EDIT)
def edit_processor(identity: uuid.UUID) -> str:
    """The form of a processor."""
    found = load(Processor, identity, Permission.REGISTER_EDIT)
    form = ProcessorForm(obj=found)
    form.seen.data = seen_by(form)
    return _page(form, found)


@blueprint.post("/sous-traitants/<uuid:identity>/modifier")
@requires(Permission.REGISTER_EDIT)
def save_processor(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep what was typed of a processor, unless a colleague saved it since."""
    found, form = load(Processor, identity, Permission.REGISTER_EDIT), ProcessorForm()
    if form.rearrange() or not form.sent() or not _name_is_free(form, found.establishment_id, found.id):
        return _page(form, found), 422
    if conflict := overtaking(found, ProcessorForm(None, obj=found), form):
        return _page(form, found, conflict), 409
    fill(found, form, ROWS)
    flash(_("« %(name)s » est enregistré.", name=found.name), "success")
    return redirect(url_for("register.processor", identity=found.id), 303)


def _page(form: ProcessorForm, found: Processor | None, conflict: dict[str, Any] | None = None) -> str:
    home = None if found else queries.home()
    return render_template("register/edit_processor.html", form=form, processor=found, home=home, conflict=conflict)


def _name_is_free(form: ProcessorForm, establishment_id: uuid.UUID, but: uuid.UUID | None) -> bool:
    other = Processor.id != but if but else true()
    taken = session.scalar(
        select(Processor.id).where(
            Processor.establishment_id == establishment_id, Processor.name == form.name.data, other
        )
    )
    if taken:
        form.name.errors = [_("Ce sous-traitant est déjà dans l’annuaire.")]
    return not taken
