"""From a notice in preparation to one that everybody reads: publish, revise, retire; versions and their documents."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from exports.notices import making as documents
from exports.sentences import sentences
from governance.database import session
from governance.doors import requires
from governance.forms import Form, apply
from governance.notices import making, operations, queries
from governance.notices.blueprint import blueprint
from governance.notices.forms import PublishForm, RetireForm
from governance.notices.routes import Page, load_notice
from governance.terms import terms
from governance.visitor import load, visitor
from models.base import now, today
from models.notices.content import Content, shifts
from models.notices.notice import NoticeSource, NoticeVersion, PatientNotice
from models.notices.order import Contacts
from models.notices.words import NoticeStatus, Support
from models.permissions import Permission
from models.register.activity import Activity
from models.versions import Version, differences

READ, VALIDATE = Permission.NOTICES_READ, Permission.NOTICES_VALIDATE


# Publish


def _publish_page(notice: PatientNotice, made: making.Made, form: PublishForm) -> str:
    lengths = making.lengths(made.content)
    return render_template("notices/publish.html", notice=notice, made=made, form=form, lengths=lengths)


def _seen(notice: PatientNotice, made: making.Made) -> str:
    """What marks the text that the publisher read: the notice's own state, and the records it tells of."""
    return f"{notice.revision}-" + "-".join(str(one["number"]) for one in made.content["activities"])


@blueprint.get("/<uuid:identity>/publier")
@requires(VALIDATE, fresh=True)
def start_publication(identity: uuid.UUID) -> str:
    """What a publication freezes, and what still stops it."""
    notice = load_notice(identity, VALIDATE)
    made = making.make(notice)
    return _publish_page(notice, made, PublishForm(seen=_seen(notice, made)))


@blueprint.post("/<uuid:identity>/publier")
@requires(VALIDATE, fresh=True)
def publish(identity: uuid.UUID) -> Page:
    """Freeze the next version: from now on everybody reads it."""
    notice, form = load_notice(identity, VALIDATE), PublishForm()
    made = making.make(notice)
    if not form.sent():
        return _publish_page(notice, made, form), 422
    if form.seen.data != _seen(notice, made):
        form.form_errors.append(
            _("La notice ou une de ses fiches a changé entre-temps : relisez le texte, puis publiez.")
        )
        form.seen.data = _seen(notice, made)
        return _publish_page(notice, made, form), 409
    if not apply(form, lambda: operations.publish(visitor(), notice, made, form.note.data)):
        session.rollback()
        return _publish_page(load_notice(identity, VALIDATE), made, form), 422
    flash(
        _("La version %(number)s est publiée : tout le monde peut la lire.", number=notice.published_number), "success"
    )
    return redirect(url_for("notices.version", identity=notice.id, number=notice.published_number), 303)


@blueprint.get("/<uuid:identity>/retirer")
@requires(VALIDATE)
def start_retirement(identity: uuid.UUID) -> str:
    """Why the notice is no longer served."""
    return render_template("notices/retire.html", notice=load_notice(identity, VALIDATE), form=RetireForm())


@blueprint.post("/<uuid:identity>/retirer")
@requires(VALIDATE)
def retire(identity: uuid.UUID) -> Page:
    """Serve the notice no longer; its versions stay readable here."""
    notice, form = load_notice(identity, VALIDATE), RetireForm()
    if not form.sent() or not apply(form, lambda: notice.retire(form.reason.data)):
        return render_template("notices/retire.html", notice=notice, form=form), 422
    notice.touch(visitor().name, now())
    flash(_("La notice est retirée : sa page ne répond plus."), "success")
    return redirect(url_for("notices.show", identity=notice.id), 303)


# Revise


@dataclass(frozen=True)
class Moved:
    """A record that changed since the version in force was made, and what changed there, in sentences."""

    activity: Activity
    sentences: Sequence[Any]


@blueprint.get("/<uuid:identity>/comparer")
@requires(READ)
def compare(identity: uuid.UUID) -> Page:
    """What the version in force says that the register no longer says: the records that changed, then the words."""
    return _compare_page(load_notice(identity, READ), Form())


def _compare_page(notice: PatientNotice, form: Form) -> str:
    version = making.published(notice)
    if version is None:
        abort(404)
    made = making.make(notice)
    stale = [one for one in _sources(version) if one.is_stale]
    return render_template(
        "notices/compare.html",
        notice=notice,
        version=version,
        form=form,
        moved=_moved(stale),
        contacts=_contacts(notice),
        shifts=shifts(version.content, made.content),
        stale=notice.id in queries.to_revise(visitor()),
    )


def _sources(version: NoticeVersion) -> list[NoticeSource]:
    query = select(NoticeSource).where(NoticeSource.version_id == version.id)
    return list(session.scalars(query.options(joinedload(NoticeSource.activity))))


def _moved(stale: list[NoticeSource]) -> list[Moved]:
    """What changed in each record since the version that was seen. A constant number of queries."""
    if not stale:
        return []
    ids = {one.activity_id: one.seen for one in stale}
    whole = {one.id: one for one in session.scalars(Activity.whole().where(Activity.id.in_(ids)))}
    frozen = {
        (one.subject_id, one.number): one.content
        for one in session.scalars(
            select(Version).where(Version.subject_type == Activity.__tablename__, Version.subject_id.in_(ids))
        )
    }
    return [
        Moved(whole[identity], sentences(differences(before, whole[identity].state()), "activity", terms()))
        for identity, seen in ids.items()
        if (before := frozen.get((identity, seen)))
    ]


CONTACTS = {
    "name": "Établissement", "address": "Adresse", "email": "Courriel du DPO", "phone": "Téléphone du DPO",
    "postal": "Adresse postale du DPO",
}  # fmt: skip


def _contacts(notice: PatientNotice) -> list[tuple[str, str, str]]:
    """(what, before, after) of the contacts that changed since the publication."""
    before, after = notice.published_contacts or {}, Contacts.of(notice.establishment, today()).told()
    return [
        (label, before.get(key, ""), after[key]) for key, label in CONTACTS.items() if before.get(key) != after[key]
    ]


@blueprint.post("/<uuid:identity>/confirmer")
@requires(VALIDATE)
def confirm(identity: uuid.UUID) -> Page:
    """The register changed and the text still holds: keep the version in force."""
    notice, form = load_notice(identity, VALIDATE), Form()
    version = making.published(notice) or abort(404)
    made = making.make(notice)
    if shifts(version.content, made.content):
        form.form_errors.append(_("Le texte change : publiez une nouvelle version."))
        return _compare_page(notice, form), 422
    if not apply(form, lambda: operations.confirm(notice, version, made, _sources(version))):
        return _compare_page(notice, form), 422
    flash(
        _("La version %(number)s reste en vigueur : elle dit toujours ce que dit le registre.", number=version.number),
        "success",
    )
    return redirect(url_for("notices.show", identity=notice.id), 303)


# Versions and documents


def _version(identity: uuid.UUID, number: int) -> NoticeVersion:
    notice = load(PatientNotice, identity, READ)
    query = NoticeVersion.of(notice).where(NoticeVersion.number == min(number, 10**6))
    return session.scalars(query).one_or_none() or abort(404)


@blueprint.get("/<uuid:identity>/versions/<int:number>")
@requires(READ)
def version(identity: uuid.UUID, number: int) -> str:
    """A published version: its text as frozen, its digests, its documents."""
    found = _version(identity, number)
    return render_template(
        "notices/version.html",
        notice=found.notice,
        version=found,
        content=found.content,
        intact=found.is_intact(),
        supports=Support,
        serves=found.notice.status is NoticeStatus.PUBLISHED and found.notice.published_number == found.number,
        address=making.public_address(found.notice.slug),
    )


@blueprint.get("/<uuid:identity>/versions/<int:number>/trace")
@requires(READ)
def version_trace(identity: uuid.UUID, number: int) -> str:
    """The text of a version, each statement beside what it rested on that day."""
    found = _version(identity, number)
    return render_template("notices/trace.html", notice=found.notice, content=found.content, version=found)


@blueprint.get("/<uuid:identity>/versions/<int:number>/document")
@requires(READ)
def document(identity: uuid.UUID, number: int) -> Response:
    """A document of a version: the address says which support, format and paper."""
    found = _version(identity, number)
    if not found.is_intact():
        abort(409)
    return _sent(found.content, found.digest, f"{found.notice.slug}-v{number}", found.published_at)


@blueprint.get("/<uuid:identity>/projet")
@requires(READ)
def draft(identity: uuid.UUID) -> Response:
    """A document of the text to come, marked as a draft."""
    notice = load_notice(identity, READ)
    return _sent(making.make(notice).content, "", f"{notice.slug}-projet", now())


def _sent(content: Content, digest: str, name: str, at: dt.datetime) -> Response:
    usual = {"support": Support.POSTER.value, "format": "pdf", "papier": ""}
    asked = {key: request.args.get(key, value) for key, value in usual.items()}
    support = Support(asked["support"]) if asked["support"] in Support.__members__.values() else abort(404)
    made = documents.make(content, digest, support, asked["format"], asked["papier"] or "a4", at)
    if made is None:
        abort(404)
    paper = f"-{asked['papier']}" if asked["papier"] else ""
    file = f"{name}-{support.value}{paper}.{asked['format']}"
    return send_file(BytesIO(made.content), made.mimetype, as_attachment=True, download_name=file)
