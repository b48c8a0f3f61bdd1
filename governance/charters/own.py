"""« Mes chartes »: what somebody signed in is asked to read, what she answered, her receipts whenever she wants."""

import uuid
from io import BytesIO

from flask import abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from exports.receipts import Means
from governance.charters import receipts
from governance.charters.acceptance import Act, NotTaken, answer, closed, given, invitations
from governance.charters.blueprint import blueprint
from governance.charters.reading import Altered, AnswerForm, Reading, RefusalForm, answer_form, reading
from governance.database import session
from governance.doors import signed_in
from governance.visitor import Visitor, visitor
from models.base import now, today
from models.charters.acceptance import Acceptance, Decision
from models.charters.campaign import Answer, Invitation
from models.charters.words import Channel
from models.people import Person

Page = str | tuple[str, int] | Response


def mine(who: Visitor) -> list[uuid.UUID]:
    """The records of the directory that are hers, those merged since included."""
    return list(session.scalars(Person.of_account(who.user_id)))


@blueprint.get("/miennes")
@signed_in
def own() -> str:
    """What awaits her, and what she answered."""
    people = mine(visitor())
    awaited = Invitation.person_id.in_(people), Invitation.asked(), Invitation.answer != Answer.ACCEPTED
    kept = select(Acceptance).where(Acceptance.person_id.in_(people)).order_by(Acceptance.at.desc())
    return render_template(
        "charters/own.html",
        asked=session.scalars(invitations().where(*awaited)).all(),
        acceptances=session.scalars(kept).all(),
        known=bool(people),
        today=today(),
    )


def _invitation(identity: uuid.UUID) -> Invitation:
    """Hers, or 404: nobody opens somebody else's."""
    found = session.scalars(invitations().where(Invitation.id == identity)).one_or_none()
    if found is None or found.person.user_id is None or found.person.user_id != visitor().user_id:
        abort(404)
    return found


def _act(decision: Decision, reason: str | None = None) -> Act:
    means = (Means.PASSWORD, Means.TOTP)
    return Act(decision, Channel.SIGNED_IN, means, visitor().strong_at or now(), reason=reason)


@blueprint.get("/miennes/<uuid:identity>")
@signed_in
def read_own(identity: uuid.UUID) -> Page:
    """The text and the form; what was answered already is shown instead."""
    invitation = _invitation(identity)
    return _page(invitation)


def _page(invitation: Invitation, form: AnswerForm | None = None) -> Page:
    kept = given(invitation.person_id, invitation.version_id)
    if kept is not None and kept.decision is Decision.ACCEPTED:
        return redirect(url_for("charters.receipt", identity=kept.id))
    if (why := closed(invitation)) is not None:
        return render_template("charters/not_taken.html", why=why), 409
    try:
        found = reading(invitation, _act(Decision.ACCEPTED))
    except Altered as altered:
        return render_template("charters/altered.html", charter=altered.version.charter, version=altered.version), 409
    status = 422 if form is not None else 200
    return _read(found, form or answer_form(found), kept), status


def _read(found: Reading, form: AnswerForm, kept: Acceptance | None) -> str:
    identity = found.invitation.id
    return render_template(
        "charters/read.html",
        found=found,
        form=form,
        refusal=RefusalForm(seen=found.version.sha256),
        refused=kept,
        ask_code=False,
        exact=url_for("charters.exact", identity=found.version.charter_id, number=found.version.number),
        answer_url=url_for("charters.answer_own", identity=identity),
        refuse_url=url_for("charters.refuse_own", identity=identity),
        back=url_for("charters.own"),
        today=today(),
    )


@blueprint.post("/miennes/<uuid:identity>")
@signed_in
def answer_own(identity: uuid.UUID) -> Page:
    """Confirm; sent twice, it gives the same receipt."""
    invitation, form = _invitation(identity), AnswerForm()
    if not form.sent():
        return _page(invitation, form)
    return _kept(invitation, form.seen.data, _act(Decision.ACCEPTED))


@blueprint.post("/miennes/<uuid:identity>/refus")
@signed_in
def refuse_own(identity: uuid.UUID) -> Page:
    """Say that one does not wish to confirm."""
    invitation, form = _invitation(identity), RefusalForm()
    if not form.sent():
        return _page(invitation, AnswerForm())
    return _kept(invitation, form.seen.data, _act(Decision.REFUSED, form.reason.data))


def _kept(invitation: Invitation, text: str | None, act: Act) -> Page:
    if text != invitation.version.sha256 and given(invitation.person_id, invitation.version_id) is None:
        flash(_("Le texte a changé pendant votre lecture : voici celui qui vous est demandé."), "warning")
        return redirect(url_for("charters.read_own", identity=invitation.id), 303)
    try:
        kept = answer(invitation, act)
    except NotTaken as refused:
        return render_template("charters/not_taken.html", why=refused.why), 409
    return redirect(url_for("charters.receipt", identity=kept.id), 303)


# Receipts


@blueprint.get("/recus/<uuid:identity>")
@signed_in
def receipt(identity: uuid.UUID) -> str:
    """What was recorded, and its signed receipt to download."""
    kept = _receipt(identity)
    return render_template("charters/receipt.html", kept=kept, own=kept.person.user_id == visitor().user_id)


@blueprint.get("/recus/<uuid:identity>/recu.<any(json, pdf):kind>")
@signed_in
def receipt_file(identity: uuid.UUID, kind: str) -> Response:
    """The signed receipt itself, as JSON or as a page that holds it."""
    kept = _receipt(identity)
    content, mimetype = receipts.file_of(kept, kind)
    return send_file(BytesIO(content), mimetype, as_attachment=True, download_name=f"recu-{kept.number}.{kind}")


def _receipt(identity: uuid.UUID) -> Acceptance:
    """A receipt of hers, or of somebody whose answers she collects; else 404."""
    kept, who = session.get(Acceptance, identity), visitor()
    if kept is None:
        abort(404)
    if kept.person_id not in mine(who) and not receipts.may_read(who, kept):
        abort(404)
    return kept
