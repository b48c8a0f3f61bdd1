"""What was published: the exact text of a version, what differs between two, its documents."""

import uuid
from io import BytesIO
from typing import Any

from flask import render_template, request, send_file
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from governance.charters import delivery, queries
from governance.charters.access import load_charter, load_version
from governance.charters.blueprint import blueprint
from governance.charters.forms import DocumentForm
from governance.doors import requires, signed_in
from governance.forms import apply
from governance.visitor import visitor
from models.base import today
from models.charters.charter import Charter, CharterVersion
from models.charters.exact import populations
from models.charters.text import content_of
from models.charters.words import MediaType, SectionKind
from models.differences import differences
from models.permissions import Permission
from models.wording import shown

NOW = "preparation"


@blueprint.get("/en-vigueur")
@signed_in
def in_force() -> str:
    """The published charters that concern whoever is signed in."""
    return render_template("charters/in_force.html", rows=queries.in_force(visitor()), today=today())


@blueprint.get("/<uuid:identity>/versions/<int:number>")
@signed_in
def version(identity: uuid.UUID, number: int) -> str | tuple[str, int]:
    """A published version, exactly as it was frozen; refused when a byte of it changed since."""
    found = load_version(identity, number)
    if not queries.is_intact(found):
        return _altered(found)
    text = Markup(shown(found.body)) if found.media_type is MediaType.HTML else ""  # noqa: S704 -- made by exports, and its digest was just verified
    helpers = {
        kind: [one for one in found.content["sections"] if one["kind"] == kind]
        for kind in (SectionKind.SHORT, SectionKind.EASY)
    }
    return render_template(
        "charters/version.html",
        charter=found.charter,
        version=found,
        text=text,
        helpers=helpers,
        whom=populations,
        consultations=queries.consultations(found.charter, found.number),
        form=DocumentForm(),
    )


def _altered(version: CharterVersion) -> tuple[str, int]:
    """The clear page that stands instead of a text that is no longer the published one."""
    return render_template("charters/altered.html", charter=version.charter, version=version), 409


@blueprint.get("/<uuid:identity>/versions/<int:number>/texte-exact")
@signed_in
def exact(identity: uuid.UUID, number: int) -> Response | tuple[str, int]:
    """The frozen bytes themselves, to keep or to compute their digest."""
    found = load_version(identity, number)
    if not queries.is_intact(found):
        return _altered(found)
    ending = "pdf" if found.media_type is MediaType.PDF else "html"
    name = f"charte-version-{found.number}.{ending}"
    kind = "application/pdf" if ending == "pdf" else "application/octet-stream"  # saved, never opened as a page of ours
    return send_file(BytesIO(found.body), kind, as_attachment=True, download_name=name)


@blueprint.post("/<uuid:identity>/versions/<int:number>/documents")
@signed_in
def deliver(identity: uuid.UUID, number: int) -> Response | tuple[str, int]:
    """A document made of a version: to annex, to hand over, to hang, to sign."""
    found, form, made = load_version(identity, number), DocumentForm(), []
    if not queries.is_intact(found):
        return _altered(found)
    if not form.sent() or not apply(form, lambda: made.append(_made(found, form))):
        return render_template("charters/documents.html", charter=found.charter, version=found, form=form), 422
    return send_file(BytesIO(made[0].content), made[0].mimetype, as_attachment=True, download_name=made[0].name)


def _made(version: CharterVersion, form: DocumentForm) -> delivery.Made:
    return delivery.make(version, str(form.document.data), form.department.data or "")


@blueprint.get("/<uuid:identity>/comparer")
@requires(Permission.CHARTERS_READ)
def compare(identity: uuid.UUID) -> str:
    """The difference between two versions, or a version and the text in preparation, article by article."""
    charter = load_charter(identity, Permission.CHARTERS_READ, Charter.whole())
    kept = {str(one.number): one for one in queries.versions(charter)}
    usual = {"de": next(iter(kept), ""), "a": NOW}
    ends = {end: request.args.get(end, default) for end, default in usual.items()}
    contents = {end: _content(charter, kept, chosen) for end, chosen in ends.items()}
    found = None
    if contents["de"] is not None and contents["a"] is not None:
        found = differences(contents["de"], contents["a"])
    return render_template(
        "charters/compare.html",
        charter=charter,
        moments=[
            *((number, _("Version %(number)s", number=number)) for number in kept),
            (NOW, _("Texte en préparation")),
        ],
        ends=ends,
        found=found,
        kinds=SectionKind,
    )


def _content(charter: Charter, kept: dict[str, CharterVersion], chosen: str) -> dict[str, Any] | None:
    if chosen == NOW:
        return content_of(charter, {})
    return kept[chosen].content if chosen in kept else None
