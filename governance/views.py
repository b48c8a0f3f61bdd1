"""Saved views: the filters of a room's list kept under a name. A room that has a list hangs its two doors."""

import uuid

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.visitor import visitor
from models.permissions import Permission
from models.views import SavedView

MAX_QUERY = 2000


def saved_views(room: str) -> list[SavedView]:
    """The named filters of a room's list that the visitor made or that colleagues share."""
    who = visitor()
    here = who.establishment.id if who.establishment else None
    return list(session.scalars(SavedView.seen_by(who.user_id, here, room))) if who.user_id else []


def hang_views(blueprint: Blueprint) -> None:
    """Give a room the doors that keep and remove the views of its list, which is its `index`."""
    room = blueprint.name

    @blueprint.post("/vues")
    @requires(Permission.ACCOUNT_OWN)
    def keep_view() -> Response:
        """Keep the filters of the list under a name; the same name again replaces them."""
        name, query = request.form.get("name", "").strip()[:200], request.form.get("query", "")[:MAX_QUERY]
        if not name or not name.isprintable():
            flash(_("Donnez un nom à la vue."), "warning")
        else:
            _keep(room, name, query)
            flash(_("La vue « %(name)s » est enregistrée.", name=name), "success")
        return redirect(f"{url_for('.index')}?{query}", 303)

    @blueprint.post("/vues/<uuid:identity>/retirer")
    @requires(Permission.ACCOUNT_OWN)
    def drop_view(identity: uuid.UUID) -> Response:
        """Remove one of her own views."""
        view = session.get(SavedView, identity)
        if view is None or view.user_id != visitor().user_id or view.room != room:
            abort(404)
        session.delete(view)
        flash(_("La vue « %(name)s » est retirée.", name=view.name), "success")
        return redirect(url_for(".index"), 303)


def _keep(room: str, name: str, query: str) -> None:
    who = visitor()
    known = select(SavedView).where(SavedView.user_id == who.user_id, SavedView.room == room, SavedView.name == name)
    view = session.scalar(known) or SavedView(user_id=who.user_id, room=room, name=name)
    view.query, view.shared = query, request.form.get("shared") == "yes"
    view.establishment_id = who.establishment.id if who.establishment else None
    session.add(view)
