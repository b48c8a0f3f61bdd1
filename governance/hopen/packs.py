"""The doors of packs of evidence: made with their progress shown, taken, handed by a link that ends."""

import secrets
import uuid
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy import false, or_, select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response
from wtforms import HiddenField

from exports.hopen import pack as packs
from exports.hopen.pack import file_name
from governance import files, mail, progress, signing
from governance.database import reading, session
from governance.doors import public, requires
from governance.forms import DayField, Form, apply, text, word
from governance.hopen import gathering, queries
from governance.hopen.blueprint import blueprint
from governance.visitor import Place, visitor
from models.base import now, today
from models.establishments import Group
from models.hopen.pack import KEPT_FOR, Audience, Pack, PackLink, token_digest
from models.journal import Verb, tell
from models.permissions import Permission

EXPORT = Permission.HOPEN_EXPORT
Answer = Response | tuple[str, int]


class PackForm(Form):
    """For whom a pack is made."""

    audience = word(lazy_gettext("Destinataire"), Audience, required=True)
    work = HiddenField()


class LinkForm(Form):
    """To whom a link is handed, and until when it is open."""

    recipient = text(
        lazy_gettext("Remis à"), required=True, description=lazy_gettext("Le nom de la personne et son organisme.")
    )
    expires_on = DayField(
        lazy_gettext("Ouvert jusqu’au"), required=True, description=lazy_gettext("Au plus dans trois mois.")
    )


def folder() -> Path:
    """Where the bytes of packs are, by digest."""
    data: Path = current_app.extensions["settings"].data_dir
    return data / "packs"


def _places() -> list[Place]:
    """The establishments whose packs she makes, where she works now."""
    exported = visitor().places(EXPORT)
    return [one for one in queries.places_of(visitor()) if one in exported]


def _readable() -> Any:
    """SQL: the packs that she may take: those of her establishments; the group's, for who reads the whole group."""
    whole = Pack.establishment_id.is_(None) if visitor().reads_everywhere(EXPORT) else false()
    return or_(Pack.establishment_id.in_([one.id for one in _places()]), whole)


def _found(identity: uuid.UUID) -> Pack:
    options = joinedload(Pack.establishment), selectinload(Pack.links)
    pack = session.scalars(select(Pack).options(*options).where(Pack.id == identity, _readable())).one_or_none()
    return pack if pack is not None and _holds_all(pack) else abort(404)


def _holds_all(pack: Pack) -> bool:
    """Whether she holds the rights that what is inside needs: a pack opens nothing that its rooms close to her."""
    return all(visitor().may(Permission(need), pack) for need in pack.needs)


@blueprint.get("/dossiers")
@requires(EXPORT)
def index_packs() -> str:
    """The packs that were made, and the form that makes one."""
    return _page(PackForm(formdata=None))


def _page(form: PackForm) -> str:
    form.work.data = str(_work(form.work.data))
    query = select(Pack).options(joinedload(Pack.establishment), selectinload(Pack.links)).where(_readable())
    made = [one for one in session.scalars(query.order_by(Pack.created_at.desc()).limit(50)) if _holds_all(one)]
    return render_template(
        "hopen/packs.html", form=form, packs=made, places=_places(), today=today(), audiences=Audience
    )


@blueprint.get("/dossiers/avancement/<uuid:work>.json")
@requires(EXPORT)
def advance(work: uuid.UUID) -> dict[str, int]:
    """How far the making of a pack is."""
    return progress.read(work)


@blueprint.post("/dossiers")
@requires(EXPORT, fresh=True)
def make_pack() -> Answer:
    """Make a pack; long work that only reads, then one row and its place in the journal."""
    form, places = PackForm(), _places()
    if not form.sent() or not places:
        return _page(form), 422
    work = _work(form.work.data)
    try:
        pack = _made(form.audience.data, places, work)
    except signing.SigningKeyMissing as missing:
        form.form_errors.append(str(missing))
        return _page(form), 422
    finally:
        progress.forget(work)
    session.add(pack)
    session.flush()
    tell(session(), Verb.EXPORTED, pack, format="zip", rows=pack.documents, digest=pack.sha256, public=False)
    flash(
        ngettext("Le dossier est prêt : un document.", "Le dossier est prêt : %(num)d documents.", pack.documents),
        "success",
    )
    if pack.missing:
        flash(
            _("Absents du dossier, leur fichier manque ou a été modifié : %(names)s.", names=", ".join(pack.missing)),
            "warning",
        )
    return redirect(url_for("hopen.show_pack", identity=pack.id), 303)


def _work(typed: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(typed or "")
    except ValueError:
        return uuid.uuid4()


def _made(audience: Audience, places: list[Place], work: uuid.UUID) -> Pack:
    """The zip, kept by its digest, and the row that tells of it, not yet in the session. Raises SigningKeyMissing."""
    who, alone, told = visitor(), places[0] if len(places) == 1 else None, progress.teller(work)
    with TemporaryFile() as target:
        with reading():
            of = alone.name if alone else session.scalars(select(Group.name)).one()
            head = gathering.head(who, audience, places, of)
            found = list(gathering.pieces(who, audience, places))
            made = packs.write(target, head, found, lambda done: told(done, len(found)))
        packs.seal(target, signing.sign(packs.manifest(head, made)))
        target.seek(0)
        digest, size = files.keep(target, folder())
    name = f"dossier-{file_name(alone.code if alone else 'groupe')}-{audience.value}-{today():%Y-%m-%d}.zip".lower()
    return Pack(
        establishment_id=alone.id if alone else None,
        audience=audience,
        name=name,
        documents=len(made.files),
        missing=list(made.missing),
        size=size,
        sha256=digest,
        made_by=who.name,
        needs=[need.value for need in gathering.needs(who, audience)],
    )


@blueprint.get("/dossiers/<uuid:identity>")
@requires(EXPORT)
def show_pack(identity: uuid.UUID) -> str:
    """One pack: what it is, its digest, who holds a link to it."""
    return _pack_page(_found(identity), LinkForm(formdata=None))


def _pack_page(pack: Pack, form: LinkForm, link: str | None = None) -> str:
    held = files.place(pack.sha256, folder()).is_file()
    return render_template("hopen/pack.html", pack=pack, form=form, link=link, held=held, today=today())


@blueprint.post("/dossiers/<uuid:identity>/prendre")
@requires(EXPORT)
def take_pack(identity: uuid.UUID) -> Response:
    """The zip itself."""
    return _sent(_found(identity))


def _sent(pack: Pack) -> Response:
    path = files.place(pack.sha256, folder())
    if not path.is_file():
        abort(404)
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name=pack.name, etag=False)


@blueprint.post("/dossiers/<uuid:identity>/liens")
@requires(EXPORT, fresh=True)
def hand_pack(identity: uuid.UUID) -> Answer | str:
    """Make a link for somebody without an account; it is shown once, only its digest is kept."""
    pack, form = _found(identity), LinkForm()
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
    pack = _found(identity)
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
    return render_template("hopen/handed.html", pack=link.pack, link=link, token=token)


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
    held = link is not None and files.place(link.pack.sha256, folder()).is_file()
    return link if link is not None and held and link.is_open(today()) else None


def forget_packs() -> int:
    """Erase the zips of packs made long ago; gives how many. What they were stays told."""
    old = set(session.scalars(select(Pack.sha256).where(Pack.created_at < now() - KEPT_FOR)))
    fresh = set(session.scalars(select(Pack.sha256).where(Pack.created_at >= now() - KEPT_FOR)))
    paths = [files.place(digest, folder()) for digest in old - fresh]
    held = [path for path in paths if path.is_file()]
    for path in held:
        path.unlink()
    return len(held)
