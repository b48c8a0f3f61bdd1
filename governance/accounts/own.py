"""The doors of one's own account: name, address, password, phone, recovery codes, sessions."""

import uuid

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance import mail
from governance.accounts import enrolment, factors, operations
from governance.accounts.blueprint import blueprint
from governance.accounts.entry import hasher
from governance.accounts.forms import SAME_PASSWORD, ChangePasswordForm, EmailForm, NameForm
from governance.accounts.sessions import active, end_sessions
from governance.database import reading, session
from governance.doors import requires, signed_in
from governance.visitor import visitor
from models.accounts import SignInSession, User
from models.base import now
from models.journal import Verb, tell

Page = str | tuple[str, int] | Response


def _me() -> User:
    return session.get_one(User, visitor().user_id)


def _back(message: str) -> Response:
    flash(message, "success")
    return redirect(url_for("accounts.own"), 303)


@blueprint.route("/mon-compte", methods=["GET", "POST"])
@signed_in
def own() -> Page:
    """All that is hers on one page; posting it changes her name."""
    me = _me()
    form = NameForm(obj=me)
    if form.sent():
        me.name = form.name.data
        return _back(_("Votre nom est changé."))
    page = render_template(
        "accounts/own.html",
        form=form,
        me=me,
        sessions=session.scalars(active(me.id, now())).all(),
        codes_left=factors.recovery_codes_left(me),
    )
    return page, (422 if form.is_submitted() else 200)


@blueprint.route("/mon-compte/adresse", methods=["GET", "POST"])
@requires(fresh=True)
def change_email() -> Page:
    """Another address; the former one is told."""
    me = _me()
    form = EmailForm(obj=me)
    if not form.sent():
        return render_template("accounts/change_email.html", form=form), (422 if form.is_submitted() else 200)
    operations.change_identity(me, me.name, form.email.data)
    return _back(_("Votre adresse est changée. L’ancienne et la nouvelle en sont averties."))


@blueprint.route("/mon-compte/mot-de-passe", methods=["GET", "POST"])
@requires(fresh=True)
def change_password() -> Page:
    """Another password, the present one given; her other sessions end."""
    with reading() as opened:
        me = opened.get_one(User, visitor().user_id)
        words, identity, present = enrolment.expected_words(opened, me), me.id, me.password_hash
    form = ChangePasswordForm(words)
    if not form.sent():
        return render_template("accounts/change_password.html", form=form), (422 if form.is_submitted() else 200)
    if not enrolment.is_present_password(identity, present, form.present.data):
        form.present.errors = [_("Ce n’est pas votre mot de passe actuel.")]
        return render_template("accounts/change_password.html", form=form), 422
    if hasher().verify(present, form.password.data):
        form.password.errors = [_(SAME_PASSWORD)]
        return render_template("accounts/change_password.html", form=form), 422
    hashed = hasher().hash_password(form.password.data)
    me = _me()
    enrolment.set_password(me, hashed)
    end_sessions(identity, but=visitor().session_id)
    mail.queue(me.email, "accounts/mail_password_changed.txt", user=me)
    return _back(_("Votre mot de passe est changé, et vos autres sessions sont fermées."))


@blueprint.post("/mon-compte/sessions/<uuid:identity>/fermer")
@signed_in
def end_session(identity: uuid.UUID) -> Response:
    """End one of her sessions."""
    held = session.get(SignInSession, identity)
    if held is None or held.user_id != visitor().user_id:
        abort(404)
    held.revoked_at = held.revoked_at or now()
    tell(session(), Verb.SESSION_REVOKED, _me())
    return _back(_("La session est fermée."))


@blueprint.post("/mon-compte/sessions/fermer-les-autres")
@signed_in
def end_other_sessions() -> Response:
    """End all her sessions but this one."""
    end_sessions(_me().id, but=visitor().session_id)
    tell(session(), Verb.SESSION_REVOKED, _me())
    return _back(_("Vos autres sessions sont fermées."))


@blueprint.post("/mon-compte/codes-de-secours")
@requires(fresh=True)
def renew_codes() -> Response:
    """Ten new recovery codes in place of the former; her other sessions end."""
    me = _me()
    enrolment.keep_codes(factors.renew_recovery_codes(me), visitor().session_id)
    tell(session(), Verb.RECOVERY_CODES_RENEWED, me)
    end_sessions(me.id, but=visitor().session_id)
    mail.queue(me.email, "accounts/mail_recovery_codes_renewed.txt", user=me)
    return redirect(url_for("accounts.recovery_codes"), 303)


@blueprint.post("/mon-compte/telephone")
@requires(fresh=True)
def replace_phone() -> Response:
    """Begin the enrolment of another phone; the present one serves until the new one is confirmed."""
    enrolment.begin_enrolment(_me())
    return redirect(url_for("accounts.enroll"), 303)
