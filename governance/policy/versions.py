"""What was published of a policy: the exact text of a version, what differs between two, its documents."""

import uuid
from io import BytesIO
from typing import Any

from flask import render_template, request, send_file
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from governance.doors import requires, signed_in
from governance.forms import apply
from governance.policy import delivery, queries
from governance.policy.access import load_version
from governance.policy.blueprint import blueprint
from governance.policy.forms import DocumentForm
from governance.visitor import load, visitor
from models.base import today
from models.differences import differences
from models.permissions import Permission
from models.policy.policy import Policy, PolicyVersion
from models.policy.text import TO_COME, content_of
from models.policy.words import PartKind
from models.rules import RuleBroken
from models.wording import shown

NOW = "preparation"


@blueprint.get("/en-vigueur")
@signed_in
def in_force() -> str:
    """The policies in force where whoever is signed in has a role."""
    return render_template("policy/in_force.html", rows=queries.in_force(visitor()), today=today())


@blueprint.get("/<uuid:identity>/versions/<int:number>")
@signed_in
def version(identity: uuid.UUID, number: int) -> str | tuple[str, int]:
    """A published version, exactly as it was frozen; refused when a byte of it changed since."""
    found = load_version(identity, number)
    if not queries.is_intact(found):
        return _altered(found)
    reads = visitor().may(Permission.POLICY_READ, found)
    text = Markup(shown(found.body))  # noqa: S704 -- made by models, and its digest was just verified
    return render_template(
        "policy/version.html",
        policy=found.policy,
        version=found,
        text=text,
        consultations=queries.consultations(found.policy, found.number) if reads else [],
        form=DocumentForm(document="pdf" if reads else "texte"),
        reads=reads,
    )


def _altered(version: PolicyVersion) -> tuple[str, int]:
    """The clear page that stands instead of a text that is no longer the published one."""
    return render_template("policy/altered.html", policy=version.policy, version=version), 409


@blueprint.get("/<uuid:identity>/versions/<int:number>/texte-exact")
@signed_in
def exact(identity: uuid.UUID, number: int) -> Response | tuple[str, int]:
    """The frozen bytes themselves, to keep or to compute their digest."""
    found = load_version(identity, number)
    if not queries.is_intact(found):
        return _altered(found)
    name = f"pssi-version-{found.number}.html"  # saved, never opened as a page of ours
    return send_file(BytesIO(found.body), "application/octet-stream", as_attachment=True, download_name=name)


@blueprint.post("/<uuid:identity>/versions/<int:number>/documents")
@signed_in
def deliver(identity: uuid.UUID, number: int) -> Response | tuple[str, int]:
    """A document made of a version: to sign, to lay out, to hand over."""
    found, form, made = load_version(identity, number), DocumentForm(), []
    if not queries.is_intact(found):
        return _altered(found)
    if not form.sent() or not apply(form, lambda: made.append(_made(found, str(form.document.data)))):
        return render_template("policy/documents.html", policy=found.policy, version=found, form=form), 422
    return send_file(BytesIO(made[0].content), made[0].mimetype, as_attachment=True, download_name=made[0].name)


def _made(version: PolicyVersion, kind: str) -> delivery.Made:
    if kind != "texte" and not visitor().may(Permission.POLICY_READ, version):
        raise RuleBroken("document", _("Ce document est réservé à qui tient la PSSI : choisissez le texte seul."))
    return delivery.make(version, kind)


@blueprint.get("/<uuid:identity>/comparer")
@requires(Permission.POLICY_READ)
def compare(identity: uuid.UUID) -> str:
    """The difference between two versions, or a version and the text in preparation, rule by rule."""
    policy = load(Policy, identity, Permission.POLICY_READ, Policy.whole())
    kept = {str(one.number): one for one in queries.versions(policy)}
    usual = {"de": next(iter(kept), ""), "a": NOW}
    ends = {end: request.args.get(end, default) for end, default in usual.items()}
    contents = {end: _content(policy, kept, chosen) for end, chosen in ends.items()}
    found = None
    if contents["de"] is not None and contents["a"] is not None:
        found = differences(contents["de"], contents["a"])
    return render_template(
        "policy/compare.html",
        policy=policy,
        moments=[
            *((number, _("Version %(number)s", number=number)) for number in kept),
            (NOW, _("Texte en préparation")),
        ],
        ends=ends,
        found=found,
        kinds=PartKind,
        today=today(),
    )


def _content(policy: Policy, kept: dict[str, PolicyVersion], chosen: str) -> dict[str, Any] | None:
    if chosen == NOW:
        return content_of(policy, TO_COME)
    return kept[chosen].content if chosen in kept else None
