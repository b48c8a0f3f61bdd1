"""Personal links: opening one never accepts anything, answering does, once; a used or foreign one says so plainly."""

import datetime as dt
from io import BytesIO

from flask import abort, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import and_, bindparam
from werkzeug.wrappers import Response

from exports.receipts import Means
from governance.charters import receipts, tokens
from governance.charters.acceptance import Act, NotTaken, answer, closed, given, invitations
from governance.charters.blueprint import blueprint
from governance.charters.reading import Altered, AnswerForm, Reading, RefusalForm, answer_form, reading
from governance.database import aside, session
from governance.doors import public
from governance.throttle import LINK_CODE, Attempt
from governance.visitor import visitor
from models.base import now, today
from models.charters.acceptance import Acceptance, Decision
from models.charters.campaign import Invitation
from models.charters.collection import PersonalLink
from models.charters.words import Channel

Page = str | tuple[str, int] | Response
SHOWN_FOR = dt.timedelta(hours=1)
"""How long the page of a link that was just used still gives the receipt; afterwards it only says that it served."""


_same = and_(Invitation.campaign_id == PersonalLink.campaign_id, Invitation.person_id == PersonalLink.person_id)
_ASKED = (
    invitations().join(PersonalLink, _same).add_columns(PersonalLink).where(PersonalLink.digest == bindparam("digest"))
)


def _found(token: str) -> tuple[PersonalLink, Invitation] | tuple[None, None]:
    """A link and what it is for, its person in its campaign; nothing when it is unknown or forged."""
    row = session.execute(_ASKED, {"digest": tokens.token_digest(token, "link")}).one_or_none()
    return (row[1], row[0]) if row else (None, None)


def _ended() -> Page:
    """One page for a link that is unknown, forged or too old: it never says whose it was."""
    return render_template("charters/link_ended.html"), 404


def _act(link: PersonalLink, decision: Decision, reason: str | None = None) -> Act:
    means = (Means.LINK, Means.CODE) if link.code_digest else (Means.LINK,)
    return Act(decision, Channel.LINK, means, now(), link=link, reason=reason)


@blueprint.get("/lien/<token>")
@public
def open_link(token: str) -> Page:
    """The text and the form; it writes nothing, whatever opens it (a mail scanner, a preview)."""
    link, invitation = _found(token)
    if link is None or invitation is None:
        return _ended()
    kept = given(invitation.person_id, invitation.version_id)
    if kept is not None and kept.decision is Decision.ACCEPTED:
        return _answered(token, kept)
    if link.used_at is not None and kept is not None:
        return _answered(token, kept)
    return _ended() if link.expires_at <= now() else _page(token, link, invitation)


def _answered(token: str, kept: Acceptance) -> Page:
    fresh = now() - kept.at < SHOWN_FOR and kept.channel is Channel.LINK
    return render_template("charters/link_answered.html", kept=kept, fresh=fresh, token=token)


def _page(token: str, link: PersonalLink, invitation: Invitation, form: AnswerForm | None = None) -> Page:
    if (why := closed(invitation)) is not None:
        return render_template("charters/not_taken.html", why=why), 409
    try:
        found = reading(invitation, _act(link, Decision.ACCEPTED))
    except Altered as altered:
        return render_template("charters/altered_text.html", version=altered.version), 409
    return _read(token, link, found, form or answer_form(found)), 422 if form is not None else 200


def _read(token: str, link: PersonalLink, found: Reading, form: AnswerForm) -> str:
    return render_template(
        "charters/read.html",
        found=found,
        form=form,
        refusal=RefusalForm(seen=found.version.sha256),
        refused=None,
        ask_code=link.code_digest is not None,
        exact=url_for("charters.link_text", token=token),
        answer_url=url_for("charters.answer_link", token=token),
        refuse_url=url_for("charters.refuse_link", token=token),
        back=None,
        today=today(),
    )


@blueprint.post("/lien/<token>")
@public
def answer_link(token: str) -> Page:
    """Confirm, once; sent again, it shows the same receipt."""
    return _take(token, AnswerForm(), Decision.ACCEPTED)


@blueprint.post("/lien/<token>/refus")
@public
def refuse_link(token: str) -> Page:
    """Say that one does not wish to confirm."""
    return _take(token, RefusalForm(), Decision.REFUSED)


def _take(token: str, form: AnswerForm | RefusalForm, decision: Decision) -> Page:
    sent = form.sent()
    link, invitation = _found(token)
    if link is None or invitation is None or link.expires_at <= now():
        return _ended()
    if link.used_at is not None and given(invitation.person_id, invitation.version_id) is not None:
        return redirect(url_for("charters.open_link", token=token), 303)
    if not sent or not _right_code(link, form):
        return _page(token, link, invitation, form if isinstance(form, AnswerForm) else AnswerForm())
    if form.seen.data != invitation.version.sha256:
        return redirect(url_for("charters.open_link", token=token), 303)
    reason = form.reason.data if isinstance(form, RefusalForm) else None
    try:
        answer(invitation, _act(link, decision, reason))
    except NotTaken as refused:
        return render_template("charters/not_taken.html", why=refused.why), 409
    link.used_at = link.used_at or now()  # also when the answer was given before, by another way
    return redirect(url_for("charters.open_link", token=token), 303)


def _right_code(link: PersonalLink, form: AnswerForm | RefusalForm) -> bool:
    """Whether the code handed separately was given, where one is needed; tries are counted."""
    if link.code_digest is None or isinstance(form, RefusalForm):
        return True
    attempt, whom = Attempt(now()), str(link.id)
    with aside(visitor().actor) as other:
        allowed = attempt.within(other, LINK_CODE, whom)
    code = "".join((form.code.data or "").split())
    if not allowed:
        form.code.errors = [_("Trop d’essais : attendez une heure, ou adressez-vous aux RH.")]
    elif tokens.token_digest(code, "code") != link.code_digest:
        form.code.errors = [_("Ce code n’est pas celui qui vous a été remis.")]
    return not form.code.errors


@blueprint.get("/lien/<token>/texte")
@public
def link_text(token: str) -> Page:
    """The frozen bytes themselves."""
    link, invitation = _found(token)
    if link is None or invitation is None or link.expires_at <= now():
        return _ended()
    return exact_text(invitation)


def exact_text(invitation: Invitation) -> Response:
    """The frozen bytes of what somebody is asked to read, to save and never opened as a page."""
    version = invitation.version
    ending = "pdf" if version.media_type.value == "application/pdf" else "html"
    name = f"charte-version-{version.number}.{ending}"
    return send_file(BytesIO(version.body), version.media_type.value, as_attachment=True, download_name=name)


@blueprint.get("/lien/<token>/recu.<any(json, pdf):kind>")
@public
def link_receipt(token: str, kind: str) -> Page:
    """The receipt, in the hour that follows the answer."""
    link, invitation = _found(token)
    kept = given(invitation.person_id, invitation.version_id) if invitation else None
    if link is None or kept is None or kept.channel is not Channel.LINK or now() - kept.at >= SHOWN_FOR:
        abort(404)
    content, mimetype = receipts.file_of(kept, kind)
    return send_file(BytesIO(content), mimetype, as_attachment=True, download_name=f"recu-{kept.number}.{kind}")
