"""The doors of the outbox."""

import uuid

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import update
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.lists import paged
from governance.outbox import queries
from governance.visitor import load, visitor
from models.outbox import Delivery, MailFault, Message
from models.permissions import Permission

blueprint = Blueprint("outbox", __name__)


@blueprint.get("/")
@requires(Permission.OUTBOX_READ)
def index() -> str:
    """What waits, what failed and why, what left."""
    who = visitor()
    sorts = {"quand": Message.created_at, "pour": Message.recipient, "essais": Message.tries}
    page = paged(queries.listed(who, request.args), sorts, "-quand", queries.details)
    has_server = bool(current_app.extensions["settings"].smtp_url)
    return render_template("outbox/index.html", page=page, counts=queries.counts(who), has_server=has_server)


@blueprint.post("/<uuid:identity>/renvoyer")
@requires(Permission.OUTBOX_SEND)
def send_again(identity: uuid.UUID) -> Response:
    """Put a failed message back among those that wait."""
    message = load(Message, identity, Permission.OUTBOX_SEND)
    if message.send_again():
        flash(_("Le courriel pour %(who)s repart au prochain envoi.", who=message.recipient), "success")
    else:
        flash(_("Ce courriel n’est pas en échec : il n’y a rien à renvoyer."), "info")
    return redirect(url_for("outbox.index"), 303)


@blueprint.post("/renvoyer")
@requires(Permission.OUTBOX_SEND)
def send_all_again() -> Response:
    """Put all failed messages back, but those that nothing can send as they are."""
    failed = (Message.state == Delivery.FAILED) & Message.fault.is_distinct_from(MailFault.NOT_WRITABLE)
    query = update(Message).where(failed, queries.seen(visitor(), Permission.OUTBOX_SEND))
    count = session.execute(query.values(Message.again())).rowcount  # type: ignore[attr-defined]
    flash(
        ngettext("%(num)d courriel repart au prochain envoi.", "%(num)d courriels repartent au prochain envoi.", count),
        "success" if count else "info",
    )
    return redirect(url_for("outbox.index"), 303)
