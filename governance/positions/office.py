"""The doors of a nomination’s life: conflicts examined, papers made and signed, CNIL told, mission ended."""

import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from exports.positions.letters import paper
from governance.database import session
from governance.doors import requires
from governance.forms import Form, apply
from governance.media import MIMETYPES
from governance.positions import alerts, naming, queries
from governance.positions.access import load_nomination
from governance.positions.blueprint import blueprint
from governance.positions.nomination_forms import DesignationForm, EndForm, SignatureForm, conflict_form
from governance.visitor import visitor
from models.base import today
from models.permissions import Permission
from models.positions.nomination import REVIEW_EVERY, Nomination
from models.positions.words import JobKind
from seed.positions import grid_of, model

EDIT = Permission.POSITIONS_EDIT
Page = str | tuple[str, int] | Response


def _kept(nomination: Nomination, form: Any, rule: Callable[[], object], page: Callable[[], str], done: str) -> Page:
    """Keep what a form of the nomination's life holds; the page again with what is wrong, or with what changed."""
    if not form.sent() or not apply(form, rule):
        return page(), 422
    try:
        session.flush()
    except StaleDataError:
        session.rollback()
        form.form_errors.append(_("Quelqu’un a modifié la nomination entre-temps : relisez-la, puis recommencez."))
        return page(), 409
    flash(done, "success")
    return redirect(url_for("positions.nomination", identity=nomination.id), 303)


# Conflicts of interest


def _examined(identity: uuid.UUID) -> Nomination:
    found = load_nomination(identity, EDIT)
    return found if grid_of(found.kind) else abort(404)


def _examination_page(found: Nomination, form: Form) -> str:
    return render_template(
        "positions/examination.html",
        nomination=found,
        form=form,
        grid=grid_of(found.kind),
        conflicts=model()["conflict_of_interest"],
        situation=queries.situation(found, today()),
    )


@blueprint.get("/nominations/<uuid:identity>/conflits")
@requires(EDIT)
def start_examination(identity: uuid.UUID) -> str:
    """The questions of the model about conflicts of interest."""
    found = _examined(identity)
    return _examination_page(
        found, conflict_form(found, data={"examined_on": today(), "review_on": today() + REVIEW_EVERY})
    )


@blueprint.post("/nominations/<uuid:identity>/conflits")
@requires(EDIT)
def examine(identity: uuid.UUID) -> Page:
    """Keep an examination: it is a new one each time."""
    found = _examined(identity)
    form = conflict_form(found)
    return _kept(
        found,
        form,
        lambda: naming.examine(visitor(), found, form),
        lambda: _examination_page(found, form),
        _("L’examen des conflits d’intérêts est enregistré."),
    )


# Signatures


def _signature_page(found: Nomination, form: Form) -> str:
    return render_template("positions/signature.html", nomination=found, form=form)


@blueprint.get("/nominations/<uuid:identity>/signatures")
@requires(EDIT)
def start_signature(identity: uuid.UUID) -> str:
    """What was signed, and when."""
    found = load_nomination(identity, EDIT)
    return _signature_page(found, SignatureForm(formdata=None, obj=found))


@blueprint.post("/nominations/<uuid:identity>/signatures")
@requires(EDIT)
def sign(identity: uuid.UUID) -> Page:
    """Note the signatures and keep the signed documents."""
    found, form = load_nomination(identity, EDIT), SignatureForm()
    return _kept(
        found,
        form,
        lambda: naming.sign(visitor(), found, form),
        lambda: _signature_page(found, form),
        _("Les signatures sont enregistrées."),
    )


# CNIL


def _dpo(identity: uuid.UUID) -> Nomination:
    found = load_nomination(identity, EDIT)
    return found if found.kind is JobKind.DPO else abort(404)


def _designation_page(found: Nomination, form: Form) -> str:
    return render_template(
        "positions/designation.html",
        nomination=found,
        form=form,
        told=model()["documents"]["cnil_designation_information"],
        known=alerts.known_for_cnil(found),
    )


@blueprint.get("/nominations/<uuid:identity>/cnil")
@requires(EDIT)
def start_designation(identity: uuid.UUID) -> str:
    """What the designation to CNIL asks for, and the receipt to note."""
    found = _dpo(identity)
    return _designation_page(found, DesignationForm(formdata=None, obj=found))


@blueprint.post("/nominations/<uuid:identity>/cnil")
@requires(EDIT)
def designate(identity: uuid.UUID) -> Page:
    """Note the designation to CNIL."""
    found, form = _dpo(identity), DesignationForm()
    return _kept(
        found,
        form,
        lambda: naming.designate(visitor(), found, form),
        lambda: _designation_page(found, form),
        _("La désignation auprès de la CNIL est enregistrée."),
    )


# The end


def _end_page(found: Nomination, form: Form) -> str:
    return render_template("positions/end.html", nomination=found, form=form)


@blueprint.get("/nominations/<uuid:identity>/fin")
@requires(EDIT)
def start_end(identity: uuid.UUID) -> str:
    """When and why the mission ends."""
    found = load_nomination(identity, EDIT)
    return _end_page(found, EndForm(ends_on=found.ends_on))


@blueprint.post("/nominations/<uuid:identity>/fin")
@requires(EDIT)
def end(identity: uuid.UUID) -> Page:
    """End the mission."""
    found, form = load_nomination(identity, EDIT), EndForm()
    return _kept(
        found,
        form,
        lambda: found.end(form.ends_on.data or today(), form.reason.data),
        lambda: _end_page(found, form),
        _("La fin de mission est enregistrée."),
    )


# Papers


@blueprint.get("/nominations/<uuid:identity>/documents/<string(maxlength=40):code>.<any(docx, pdf):ending>")
@requires(Permission.POSITIONS_READ)
def nomination_document(identity: uuid.UUID, code: str, ending: str) -> Response:
    """A paper of the nomination, made from our models."""
    found = load_nomination(identity)
    if code not in dict(alerts.documents(found)):
        abort(404)
    places = [one.establishment for one in (found, *queries.siblings(found))]
    made = paper(model()["documents"][code], found, places, today(), queries.successor(found))
    content = made.pdf(today()) if ending == "pdf" else made.docx(today())
    name = f"{code.replace('_', '-')}.{ending}"
    return send_file(BytesIO(content), MIMETYPES[ending], as_attachment=True, download_name=name)
