"""Coming in and going out: the sign-in in two steps, the fresh code, the sign-out, and the visitor's own choices."""

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from governance.accounts import administration, demonstration, entry, invitations, kept, own, resent  # noqa: F401 -- some attach doors
from governance.accounts.blueprint import blueprint
from governance.accounts.forms import CodeForm, SignInForm
from governance.accounts.passwords import Overloaded
from governance.accounts.queries import has_privileged_role
from governance.database import session
from governance.doors import local_path, page_behind, public, signed_in
from governance.forms import apply
from governance.visitor import visitor
from models.accounts import SignInSession, User
from models.base import now

THEMES = ("auto", "light", "dark")
A_YEAR = 365 * 24 * 3600

Page = str | tuple[str, int] | Response


@blueprint.errorhandler(Overloaded)
def overloaded(_error: Overloaded) -> tuple[str, int, dict[str, str]]:
    """Too many passwords to check at once: come back in a moment."""
    return render_template("errors/503.html"), 503, {"Retry-After": str(Overloaded.retry_after)}


@blueprint.route("/connexion", methods=["GET", "POST"])
@public
def sign_in() -> Page:
    """First step: login and password. Every refusal gives the same answer."""
    if request.method != "POST":
        if visitor().signed_in:
            return redirect(local_path(request.args.get("next")))
        return _sign_in_page(SignInForm())
    if kept.arrives():
        return _sign_in_page(SignInForm(formdata=None))
    form = SignInForm()
    if not form.sent():
        return _sign_in_page(form), 422
    user = entry.check_password(form.login.data.casefold(), form.password.data)
    if user is None:
        form.form_errors.append(_("Identifiant ou mot de passe incorrect. Après plusieurs essais, attendez 5 minutes."))
        form.login.data = None  # people type their password there
        return _sign_in_page(form), 422
    entry.begin(user)
    if kept.carried():
        return _code_page(CodeForm(formdata=None))
    return redirect(url_for("accounts.code", next=_next()), 303)


@blueprint.route("/connexion/code", methods=["GET", "POST"])
@public
def code() -> Page:
    """Second step: the code of the phone, or a recovery code."""
    form, done = CodeForm(), []
    if request.method != "POST":
        return _code_page(form) if entry.pending(session()) else _begin_again()
    if not form.sent() or not apply(form, lambda: done.append(entry.finish(form.code.data))):
        return _code_page(form), 422
    if done[0] is None:
        return _begin_again()
    welcome, held = _welcome(done[0]), kept.given_back(done[0].id)
    if held is None:
        return welcome
    session.get_one(SignInSession, current_user.session_id).establishment_id = held.establishment_id
    return render_template("accounts/given_back.html", kept=held, leave=welcome.location)


@blueprint.post("/connexion/code-de-demonstration")
@public
def demonstration_code() -> Page:
    """Show the present code of a demonstration account; there is no such door in a true installation."""
    waiting = entry.pending(session())
    user = session.get(User, visitor().user_id) if visitor().signed_in else waiting and waiting.user
    shown = demonstration.code_of(user) if user else None
    if shown is None:
        abort(404)
    return _fresh_page(resent.code_form(), shown) if visitor().signed_in else _code_page(CodeForm(), shown)


@blueprint.route("/code", methods=["GET", "POST"])
@signed_in
def fresh_code() -> Page:
    """A code again, before a sensitive door. A form that was sent to that door when the ten minutes were over arrives
    here whole (governance/doors.py); with the code it goes on to where it was sent."""
    form = resent.code_form()
    if "code" not in request.form:
        return _fresh_page(form)
    if not form.sent() or not apply(form, lambda: entry.refresh(form.code.data)):
        return _fresh_page(form), 422
    if resent.is_waiting():
        return redirect(local_path(_next()), 307)
    flash(_("Code accepté\u00a0: vous pouvez continuer pendant dix minutes."), "success")
    return redirect(local_path(_next()), 303)


@blueprint.post("/deconnexion")
@signed_in
def sign_out() -> Response:
    """End this session."""
    entry.leave()
    flash(_("Vous êtes déconnecté."), "success")
    response = redirect(url_for("accounts.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.post("/etablissement")
@signed_in
def switch() -> Response:
    """Work in one of her establishments from now on, or in all of them (nothing chosen)."""
    typed = request.form.get("establishment", "")
    chosen = next((place for place in visitor().establishments if typed in (str(place.id), place.code)), None)
    if typed and chosen is None:
        abort(404)
    session.get_one(SignInSession, visitor().session_id).establishment_id = chosen.id if chosen else None
    return redirect(page_behind(), 303)


@blueprint.post("/theme")
@public
def theme() -> Response:
    """Keep the choice of a light or dark page in this browser."""
    response = redirect(page_behind(), 303)
    chosen = request.form.get("theme", "")
    if chosen not in THEMES:
        abort(404)
    https = current_app.extensions["settings"].is_https
    response.set_cookie("theme", chosen, max_age=A_YEAR, secure=https, httponly=True, samesite="Lax")
    return response


def _sign_in_page(form: SignInForm) -> str:
    held = kept.carried()
    return render_template(
        "accounts/sign_in.html",
        form=form,
        carried=[*resent.carried(), *held],
        is_kept=bool(held),
        demonstration_accounts=demonstration.accounts(),
        demonstration_password=demonstration.PASSWORD,
    )


def _code_page(form: CodeForm, shown: str | None = None) -> str:
    carried = [*resent.carried(), *kept.carried()]
    return render_template("accounts/code.html", form=form, carried=carried, shown=shown)


def _fresh_page(form: CodeForm, shown: str | None = None) -> str:
    return render_template(
        "accounts/fresh_code.html",
        form=form,
        shown=shown,
        carried=resent.carried(),
        waiting=resent.is_waiting(),
        files=resent.files(),
        has_password=resent.has_password(),
    )


def _begin_again() -> Response:
    flash(
        _("La connexion a pris trop de temps, ou n’a pas commencé ici\u00a0: donnez à nouveau votre mot de passe."),
        "info",
    )
    return redirect(url_for("accounts.sign_in", next=_next()), 303)


def _welcome(user: User) -> Response:
    """On her way, and told when a privileged role will soon outlive her password: then the door asks for another."""
    days: int = current_app.extensions["settings"].privileged_password_days
    left = entry.password_outlived(user, days, now()) if has_privileged_role(user) else None
    if left is not None and 0 <= left <= 30:
        flash(_("Votre mot de passe devra être changé dans %(days)s jours.", days=left), "warning")
    return redirect(local_path(_next()), 303)


def _next() -> str | None:
    wanted: Any = request.values.get("next")
    return wanted or None
