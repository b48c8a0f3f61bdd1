"""The doors of a pack that was made: shown, taken, handed to somebody without an account by a link that ends."""

import secrets
import uuid

from flask import abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from governance import mail
from governance.database import session
from governance.doors import public, requires
from governance.forms import DayField, Form, apply, text
from governance.hopen.blueprint import blueprint
from governance.hopen.packs import keeping
from governance.hopen.packs.keeping import EXPORT
from governance.visitor import visitor
from models.base import day_of, now, today
from models.establishments import Group
from models.hopen.pack import KEPT_FOR, Pack, PackLink, token_digest
from models.journal import Verb, tell

Answer = Response | tuple[str, int]


class LinkForm(Form):
    """To whom a link is handed, and until when it is open."""

    recipient = text(
        lazy_gettext("Remis à"), required=True, description=lazy_gettext("Le nom de la personne et son organisme.")
    )
    expires_on = DayField(
        lazy_gettext("Ouvert jusqu’au"), required=True, description=lazy_gettext("Au plus dans trois mois.")
    )


@blueprint.get("/dossiers/<uuid:identity>")
@requires(EXPORT)
def show_pack(identity: uuid.UUID) -> str:
    """One pack: what it is, its digest, who holds a link to it."""
    return _pack_page(keeping.found(identity), LinkForm(formdata=None))


def _pack_page(pack: Pack, form: LinkForm, link: str | None = None) -> str:
    held = keeping.place_of(pack) is not None
    until = day_of(pack.created_at + KEPT_FOR)
    return render_template(
        "hopen/pack.html",
        pack=pack,
        form=form,
        link=link,
        held=held,
        kept_until=until,
        today=today(),
        reserved=keeping.reserved(pack),
    )


@blueprint.post("/dossiers/<uuid:identity>/prendre")
@requires(EXPORT)
def take_pack(identity: uuid.UUID) -> Response:
    """The zip itself."""
    return _sent(keeping.found(identity))


def _sent(pack: Pack) -> Response:
    path = keeping.place_of(pack) or abort(404)
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name=pack.name, etag=False)


@blueprint.post("/dossiers/<uuid:identity>/liens")
@requires(EXPORT, fresh=True)
def hand_pack(identity: uuid.UUID) -> Answer | str:
    """Make a link for somebody without an account; it is shown once, only its digest is kept."""
    pack, form = keeping.found(identity), LinkForm()
    made = PackLink(pack_id=pack.id, recipient=form.recipient.data, expires_on=form.expires_on.data)
    if not form.sent() or not apply(form, lambda: made.check(today())):
        return _pack_page(pack, form), 422
    token = secrets.token_urlsafe(32)
    made.digest, made.made_by = token_digest(token), visitor().name
    pack.links.append(made)
    session.flush()
    return _pack_page(pack, LinkForm(formdata=None), mail.link("hopen.open_pack", token=token))


@blueprint.post("/dossiers/<uuid:identity>/liens/<uuid:link_id>/fermer")
@requires(EXPORT)
def close_pack(identity: uuid.UUID, link_id: uuid.UUID) -> Response:
    """Close a link before its day."""
    pack = keeping.found(identity)
    link = next((one for one in pack.links if one.id == link_id), None) or abort(404)
    if link.revoked_at is None:
        link.revoked_at = now()
        flash(_("Le lien est fermé."), "success")
    return redirect(url_for("hopen.show_pack", identity=pack.id), 303)


@blueprint.get("/dossier-remis/<token>")
@public
def open_pack(token: str) -> str | tuple[str, int]:
    """What somebody outside sees of a pack handed to her: its name, its digest, the way to take it."""
    link = _open(token)
    if link is None:
        return render_template("hopen/link_ended.html"), 404
    home = link.pack.establishment
    of = home.name if home else session.scalars(select(Group.name)).one()
    return render_template("hopen/handed.html", pack=link.pack, of=of, link=link, token=token)


@blueprint.post("/dossier-remis/<token>")
@public
def take_handed(token: str) -> Answer:
    """The zip, to whoever holds an open link; told to the journal."""
    link = _open(token)
    if link is None:
        return render_template("hopen/link_ended.html"), 404
    pack = link.pack
    title = _("%(name)s, par le lien remis à %(who)s", name=pack.name, who=link.recipient)
    tell(session(), Verb.EXPORTED, pack, title, format="zip", rows=pack.documents, digest=pack.sha256, public=False)
    return _sent(pack)


def _open(token: str) -> PackLink | None:
    link = session.scalars(PackLink.of_token(token).options(joinedload(PackLink.pack))).one_or_none()
    held = link is not None and keeping.place_of(link.pack) is not None
    return link if link is not None and held and link.is_open(today()) else None
