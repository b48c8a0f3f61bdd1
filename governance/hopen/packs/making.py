"""The doors that make a pack of evidence, its progress shown."""

import uuid
from collections.abc import Collection, Mapping
from tempfile import TemporaryFile
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import HiddenField

from exports.hopen import pack as packs
from exports.hopen.pack import file_name
from governance import files, progress, signing
from governance.database import reading, session
from governance.doors import requires
from governance.forms import Form, ListedField, TickedField, word
from governance.hopen.blueprint import blueprint
from governance.hopen.packs import gathering, keeping
from governance.hopen.packs.keeping import EXPORT
from governance.packing import GIVERS, Room
from governance.visitor import Place, visitor
from models.base import today
from models.establishments import Group
from models.hopen.pack import KEPT_FOR, Audience, Pack
from models.journal import Verb, tell

Answer = Response | tuple[str, int]


class PackForm(Form):
    """For whom a pack is made."""

    audience = word(lazy_gettext("Destinataire"), Audience, required=True)
    scope = ListedField(lazy_gettext("De quel établissement"), lambda: _scope_choices(), required=True)
    reserved = TickedField(
        lazy_gettext("Y joindre aussi, en diffusion restreinte"),
        lambda: [(str(room.needs.value), _(room.reserved)) for room in _reserved()],
        description=lazy_gettext(
            "Sans rien cocher, le dossier prouve que l’analyse et les audits existent, sans dire les faiblesses qu’ils "
            "ont trouvées. Ne cochez que si le destinataire doit les connaître."
        ),
    )
    work = HiddenField()


def _scope_choices() -> list[tuple[str, str]]:
    return [
        (
            value,
            _("Tout le groupement (%(count)s établissements)", count=len(several)) if several[1:] else several[0].name,
        )
        for value, several in keeping.scopes().items()
    ]


def _reserved() -> list[Room]:
    """What tells weaknesses and is hers to hand over."""
    return [room for room in GIVERS if room.reserved and visitor().may(room.needs)]


@blueprint.get("/dossiers")
@requires(EXPORT)
def index_packs() -> str:
    """The packs that were made, and the form that makes one."""
    return _page(_form(keeping.scopes(), formdata=None))


def _form(scopes: Mapping[str, list[Place]], **more: Any) -> PackForm:
    """The form; whoever makes packs of one establishment only is not asked of which."""
    form = PackForm(**more)
    if len(scopes) == 1:
        del form.scope
    return form


def _page(form: PackForm) -> str:
    form.work.data, places = str(_work(form.work.data)), keeping.places()
    if not _reserved():
        del form.reserved
    return render_template(
        "hopen/packs.html",
        form=form,
        packs=keeping.latest(50),
        places=places,
        gone=gathering.gone(places),
        given={one: gathering.titles(visitor(), one) for one in Audience},
        kept_for=KEPT_FOR.days,
        today=today(),
        audiences=Audience,
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
    scopes = keeping.scopes()
    form = _form(scopes)
    asked = form.scope.data if "scope" in form else next(iter(scopes))
    if not form.sent() or asked not in scopes:
        return _page(form), 422
    places = scopes[asked]
    work = _work(form.work.data)
    try:
        pack = _made(form.audience.data, form.reserved.data or (), places, work)
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


def _made(audience: Audience, asked: Collection[str], places: list[Place], work: uuid.UUID) -> Pack:
    """The zip, kept by its digest, and the row that tells of it, not yet in the session. Raises SigningKeyMissing."""
    who, alone, told = visitor(), places[0] if len(places) == 1 else None, progress.teller(work)
    with TemporaryFile() as target:
        with reading():
            of = alone.name if alone else session.scalars(select(Group.name)).one()
            head = gathering.head(who, audience, places, of, asked)
            made = packs.write(target, head, gathering.pieces(who, audience, places, asked), told)
        packs.seal(target, signing.sign(packs.manifest(head, made)))
        target.seek(0)
        digest, size = files.keep(target, keeping.folder())
    parts = ["dossier", alone.code if alone else "groupe"]
    parts += [] if audience is Audience.GROUP else [audience.value]
    parts += ["restreint"] if head.reserved else []
    name = f"{file_name('-'.join(parts))}-{today():%Y-%m-%d}.zip".lower()
    return Pack(
        establishment_id=alone.id if alone else None,
        audience=audience,
        name=name,
        documents=made.documents,
        missing=list(made.missing),
        size=size,
        sha256=digest,
        made_by=who.name,
        needs=sorted({room.needs.value for room in gathering.rooms(who, audience, places, asked)}),
    )
