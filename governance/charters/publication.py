"""The doors of a charter’s life: consulted, published, closed, reopened."""

import uuid

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance.charters import operations, queries
from governance.charters.access import load_charter
from governance.charters.blueprint import blueprint
from governance.charters.forms import CloseForm, PublishForm
from governance.consulting import ConsultationForm, consultation_form, keep_consultation
from governance.database import session
from governance.doors import requires
from governance.editing import mark
from governance.forms import Form, apply
from governance.uploads import shelf
from governance.visitor import visitor
from models.base import today
from models.charters.charter import Charter
from models.charters.consultation import Consultation
from models.permissions import Permission
from seed.charters import model

# Consultations


@blueprint.get("/<uuid:identity>/consultations")
@requires(Permission.CHARTERS_READ)
def consultations(identity: uuid.UUID) -> str:
    """Who was consulted, when, and what they said; and the steps that the model advises."""
    charter = load_charter(identity, Permission.CHARTERS_READ)
    return render_template(
        "charters/consultations.html",
        charter=charter,
        consultations=queries.consultations(charter),
        steps=model()["consultation"]["by_status"][charter.legal_status.value],
        note=model()["consultation"]["note"],
    )


def _consultation_page(charter: Charter, consultation: Consultation | None, form: ConsultationForm) -> str:
    return render_template("charters/consultation.html", charter=charter, consultation=consultation, form=form)


@blueprint.get("/<uuid:identity>/consultations/nouvelle")
@requires(Permission.CHARTERS_EDIT)
def start_consultation(identity: uuid.UUID) -> str:
    """The empty form of a consultation."""
    charter = load_charter(identity, Permission.CHARTERS_EDIT)
    return _consultation_page(charter, None, consultation_form(charter, number=charter.next_number))


@blueprint.post("/<uuid:identity>/consultations/nouvelle")
@requires(Permission.CHARTERS_EDIT)
def create_consultation(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Record a consultation."""
    charter = load_charter(identity, Permission.CHARTERS_EDIT)
    return _kept(charter, Consultation(charter_id=charter.id, recorded_by=visitor().name), None)


@blueprint.get("/consultations/<uuid:identity>")
@requires(Permission.CHARTERS_READ)
def consultation(identity: uuid.UUID) -> str:
    """One consultation, with the minutes attached to it."""
    found = _consultation(identity, Permission.CHARTERS_READ)
    return render_template(
        "charters/show_consultation.html",
        charter=found.charter,
        consultation=found,
        pieces=shelf(found) if visitor().may_read(found) else None,
    )


@blueprint.get("/consultations/<uuid:identity>/modifier")
@requires(Permission.CHARTERS_EDIT)
def edit_consultation(identity: uuid.UUID) -> str:
    """The form of a consultation."""
    found = _consultation(identity, Permission.CHARTERS_EDIT)
    return _consultation_page(found.charter, found, consultation_form(found.charter, obj=found))


@blueprint.post("/consultations/<uuid:identity>/modifier")
@requires(Permission.CHARTERS_EDIT)
def save_consultation(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep what was typed of a consultation; the journal keeps what it was."""
    found = _consultation(identity, Permission.CHARTERS_EDIT)
    return _kept(found.charter, found, found)


def _consultation(identity: uuid.UUID, permission: Permission) -> Consultation:
    found = session.get(Consultation, identity) or abort(404)
    load_charter(found.charter_id, permission)
    return found


def _kept(charter: Charter, found: Consultation, known: Consultation | None) -> Response | tuple[str, int]:
    form = consultation_form(charter)
    if not form.sent() or not apply(form, lambda: keep_consultation(found, form, "charter_id")):
        return _consultation_page(charter, known, form), 422
    flash(_("La consultation est enregistrée."), "success")
    return redirect(url_for("charters.consultations", identity=charter.id), 303)


# Publication


def _publish_page(charter: Charter, form: PublishForm) -> str:
    return render_template(
        "charters/publish.html",
        charter=charter,
        form=form,
        consultations=queries.consultations(charter, charter.next_number),
        missing=charter.missing(),
    )


def _seen(charter: Charter) -> str:
    """What marks the text that the publisher read: everything that an edit of it changes."""
    return mark({"revision": charter.revision, "at": charter.updated_at.isoformat()})


@blueprint.get("/<uuid:identity>/publier")
@requires(Permission.CHARTERS_PUBLISH, fresh=True)
def start_publication(identity: uuid.UUID) -> str:
    """What a publication freezes, and the form that decides it."""
    charter = load_charter(identity, Permission.CHARTERS_PUBLISH, Charter.whole())
    first = charter.published_number is None
    return _publish_page(
        charter,
        PublishForm(seen=_seen(charter), is_major="yes" if first else None, effective_on=today()),
    )


@blueprint.post("/<uuid:identity>/publier")
@requires(Permission.CHARTERS_PUBLISH, fresh=True)
def publish(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Freeze the next version: its bytes never change again."""
    charter, form = load_charter(identity, Permission.CHARTERS_PUBLISH, Charter.whole()), PublishForm()
    if not form.sent():
        return _publish_page(charter, form), 422
    if form.seen.data != _seen(charter):
        form.form_errors.append(
            _(
                "%(who)s a modifié la charte depuis que vous avez ouvert cette page : relisez l’aperçu, puis publiez.",
                who=charter.updated_by,
            )
        )
        form.seen.data = _seen(charter)
        return _publish_page(charter, form), 409
    release = operations.release_of(visitor(), form)
    if not apply(form, lambda: operations.publish(charter, release)):
        return _publish_page(charter, form), 422
    flash(_("La version %(number)s est publiée.", number=charter.published_number), "success")
    return redirect(url_for("charters.version", identity=charter.id, number=charter.published_number), 303)


# The end


@blueprint.get("/<uuid:identity>/clore")
@requires(Permission.CHARTERS_PUBLISH)
def start_closing(identity: uuid.UUID) -> str:
    """Whether the charter no longer applies, or another replaces it."""
    charter = load_charter(identity, Permission.CHARTERS_PUBLISH)
    return render_template("charters/close.html", charter=charter, form=CloseForm())


@blueprint.post("/<uuid:identity>/clore")
@requires(Permission.CHARTERS_PUBLISH)
def close(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Close a charter: its versions stay readable."""
    charter, form = load_charter(identity, Permission.CHARTERS_PUBLISH), CloseForm()
    if not form.sent() or not apply(form, lambda: _close(charter, form)):
        return render_template("charters/close.html", charter=charter, form=form), 422
    flash(_("La charte est close."), "success")
    return redirect(url_for("charters.show", identity=charter.id), 303)


def _close(charter: Charter, form: CloseForm) -> None:
    reason = str(form.reason.data)
    if form.how.data == "archive":
        charter.archive(today(), reason)
    else:
        other = session.get(Charter, form.replaced_by_id.data) if form.replaced_by_id.data else None
        charter.replace_by(other or charter, today(), reason)


@blueprint.post("/<uuid:identity>/rouvrir")
@requires(Permission.CHARTERS_PUBLISH)
def reopen(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Take a closed charter back."""
    charter, form = load_charter(identity, Permission.CHARTERS_PUBLISH), Form()
    if not apply(form, charter.reopen):
        return render_template("charters/refused.html", charter=charter, reasons=form.form_errors), 422
    flash(_("La charte est rouverte."), "success")
    return redirect(url_for("charters.show", identity=charter.id), 303)
