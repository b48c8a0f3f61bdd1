"""The doors of those who are not in yet: an invitation, the enrolment of a phone, a forgotten password."""

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from governance.accounts import enrolment, tokens, totp
from governance.accounts.blueprint import blueprint
from governance.accounts.entry import hasher
from governance.accounts.forms import SAME_PASSWORD, CodeForm, ForgottenForm, NewPasswordForm, PresentPasswordForm
from governance.database import reading, session
from governance.doors import public, signed_in
from governance.forms import Form, apply
from models.accounts import Token, TokenPurpose
from models.vocabulary import N_

Page = str | tuple[str, int] | Response

WRONG_PASSWORD = N_("Ce n’est pas votre mot de passe actuel.")


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@public
def accept(token: str) -> Page:
    """Choose a password, or give the present one when only the phone is replaced; then enrol a phone."""
    held, words = _held(token, TokenPurpose.INVITATION)
    if held is None:
        return _ended()
    keeps = held.user.password_hash is not None
    form: Form = PresentPasswordForm() if keeps else NewPasswordForm(words)
    if not form.sent():
        return _accept_page(form, held), (422 if form.is_submitted() else 200)
    if keeps and not enrolment.is_present_password(held.user.id, held.user.password_hash, form["password"].data):
        form["password"].errors = [_(WRONG_PASSWORD)]
        return _accept_page(form, held), 422
    hashed = None if keeps else hasher().hash_password(form["password"].data)
    return redirect(url_for("accounts.enroll"), 303) if enrolment.accept(held, hashed) else _ended()


@blueprint.route("/inscription", methods=["GET", "POST"])
@public
def enroll() -> Page:
    """Scan or copy the secret into a phone, and confirm it by a code."""
    form, done = CodeForm(), []
    token = enrolment.open_enrolment()
    if token is None:
        flash(_("Cet enregistrement est terminé ou a trop attendu\u00a0: demandez une nouvelle invitation."), "warning")
        return redirect(url_for("accounts.sign_in"), 303)
    if not form.sent() or not apply(form, lambda: done.append(enrolment.confirm(token, form.code.data))):
        return _enroll_page(form, token), (422 if form.is_submitted() else 200)
    return redirect(url_for("accounts.recovery_codes"), 303) if done[0] else _ended()


@blueprint.get("/codes-de-secours")
@signed_in
def recovery_codes() -> str:
    """The ten recovery codes, this once."""
    return render_template("accounts/recovery_codes.html", codes=enrolment.take_codes())


@blueprint.route("/mot-de-passe-oublie", methods=["GET", "POST"])
@public
def forgotten() -> Page:
    """Ask for a link by mail, where mail can leave; the answer is the same whoever asks."""
    form, leaves = ForgottenForm(), bool(current_app.extensions["settings"].smtp_url)
    if not leaves or not form.sent():
        page = render_template("accounts/forgotten.html", form=form, leaves=leaves)
        return page, (422 if form.is_submitted() else 200)
    enrolment.ask_new_password(form.login.data.casefold())
    flash(
        _(
            "Si ce compte existe et qu’un téléphone y est enregistré, un courriel vient de partir\u00a0: son lien vaut "
            "30 minutes. Si rien n’arrive, demandez à l’administrateur de Vigie."
        ),
        "info",
    )
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.route("/mot-de-passe/<token>", methods=["GET", "POST"])
@public
def reset(token: str) -> Page:
    """Choose a new password; the sign-in that follows still asks for a code."""
    held, words = _held(token, TokenPurpose.PASSWORD_RESET)
    if held is None:
        return _ended()
    form, page = NewPasswordForm(words), "accounts/reset.html"
    if not form.sent():
        return render_template(page, form=form, user=held.user), (422 if form.is_submitted() else 200)
    if enrolment.is_present_password(held.user.id, held.user.password_hash, form.password.data):
        form.password.errors = [_(SAME_PASSWORD)]
        return render_template(page, form=form, user=held.user), 422
    if not enrolment.reset_password(held, hasher().hash_password(form.password.data)):
        return _ended()
    flash(_("Votre mot de passe est changé\u00a0: connectez-vous."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


def _held(text: str, purpose: TokenPurpose) -> tuple[Token | None, list[str]]:
    """The token and its user, detached, with the words that her password must not lean on.

    Only read, so that the slow hashing that follows keeps nobody from writing.
    """
    with reading() as opened:
        token = tokens.find(opened, text, purpose)
        words = enrolment.expected_words(opened, token.user) if token else []
        opened.expunge_all()
    return token, words


def _accept_page(form: Form, token: Token) -> str:
    return render_template("accounts/accept.html", form=form, user=token.user)


def _enroll_page(form: CodeForm, token: Token) -> str:
    secret = enrolment.offered_secret(token)
    drawing = Markup(totp.qr_svg(totp.provisioning_uri(secret, token.user.login, "Vigie")))  # noqa: S704 -- ours
    return render_template(
        "accounts/enroll.html", form=form, drawing=drawing, secret=totp.spaced(secret), user=token.user
    )


def _ended() -> tuple[str, int]:
    session.rollback()
    return render_template("accounts/ended.html"), 404
