"""The diary: a secret address that Outlook or Thunderbird reads, made, renewed and closed by its owner."""

import secrets
from io import BytesIO

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from exports import calendar as documents
from governance import mail
from governance.database import session
from governance.doors import public, requires
from governance.reminders.blueprint import blueprint
from governance.reminders.lines import Line, own
from governance.visitor import visitor
from models.base import now, today
from models.permissions import Permission
from models.reminders import DiaryAddress

AHEAD = 366
"""How many days ahead a diary shows."""


def _mine() -> DiaryAddress | None:
    return session.scalars(select(DiaryAddress).where(DiaryAddress.user_id == visitor().user_id)).one_or_none()


@blueprint.get("/mes-echeances/agenda")
@requires(Permission.ACCOUNT_OWN)
def diary() -> str:
    """Whether her diary has an address, and how to subscribe to it."""
    return render_template("reminders/diary.html", held=_mine(), address=None)


@blueprint.post("/mes-echeances/agenda")
@requires(Permission.ACCOUNT_OWN, fresh=True)
def make_diary() -> str:
    """Another address, shown once; the former one answers no more."""
    token = secrets.token_urlsafe(32)
    held = _mine() or DiaryAddress(user_id=visitor().user_id)
    held.renew(token, now())
    session.add(held)
    session.flush()
    return render_template("reminders/diary.html", held=held, address=mail.link("reminders.feed", cle=token))


@blueprint.post("/mes-echeances/agenda/fermer")
@requires(Permission.ACCOUNT_OWN)
def close_diary() -> Response:
    """Her address answers no more."""
    held = _mine()
    if held is not None:
        session.delete(held)
        flash(_("L’adresse de votre agenda est fermée : elle ne répond plus."), "success")
    return redirect(url_for("reminders.diary"), 303)


@blueprint.get("/agenda.ics")
@public
def feed() -> Response:
    """The due dates of whoever holds the address, and nothing else. The key is an argument: logs keep paths only."""
    held = session.scalars(DiaryAddress.of_token(request.args.get("cle", ""))).one_or_none() or abort(404)
    found = own(today(), held.user_id, AHEAD)
    content = documents.feed([_due(one) for one in found if one.due.day and not one.is_escalated], now())
    return send_file(BytesIO(content), mimetype="text/calendar", download_name="echeances.ics")


def _due(line: Line) -> documents.Due:
    endpoint, values = line.due.page
    title = _(line.kind.title) + (f" : {line.due.title}" if line.due.title else "")
    return documents.Due(f"{line.kind.key}.{line.due.id}", line.day, title, mail.link(endpoint, **values), line.place)
