"""Saved views: the list's filters kept under a name."""

import uuid

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.register.blueprint import blueprint
from governance.visitor import visitor
from models.permissions import Permission
from models.views import SavedView

MAX_QUERY = 2000


@blueprint.post("/vues")
@requires(Permission.ACCOUNT_OWN)
def keep_view() -> Response:
    """Keep the filters of the list under a name; the same name again replaces them."""
    who = visitor()
    name, query = request.form.get("name", "").strip()[:200], request.form.get("query", "")[:MAX_QUERY]
    if not name or not name.isprintable():
        flash(_("Donnez un nom à la vue."), "warning")
        return redirect(f"{url_for('register.index')}?{query}", 303)
    view = session.scalar(
        select(SavedView).where(SavedView.user_id == who.user_id, SavedView.room == "register", SavedView.name == name)
    ) or SavedView(user_id=who.user_id, room="register", name=name)
    view.query, view.shared = query, request.form.get("shared") == "yes"
    view.establishment_id = who.establishment.id if who.establishment else None
    session.add(view)
    flash(_("La vue « %(name)s » est enregistrée.", name=name), "success")
    return redirect(f"{url_for('register.index')}?{query}", 303)


@blueprint.post("/vues/<uuid:identity>/retirer")
@requires(Permission.ACCOUNT_OWN)
def drop_view(identity: uuid.UUID) -> Response:
    """Remove one of her own views."""
    view = session.get(SavedView, identity)
    if view is None or view.user_id != visitor().user_id:
        abort(404)
    session.delete(view)
    flash(_("La vue « %(name)s » est retirée.", name=view.name), "success")
    return redirect(url_for("register.index"), 303)
