"""The doors to other people's accounts: list, invitation, roles, closing, lost phone."""

import uuid
from collections.abc import Callable

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from exports.sentences import sentences
from governance.accounts import factors, operations, queries
from governance.accounts.blueprint import blueprint
from governance.accounts.forms import GrantForm, IdentityForm, InviteForm, ResetFactorForm, RevokeForm
from governance.accounts.sessions import active, end_sessions
from governance.database import session
from governance.doors import requires
from governance.forms import apply
from governance.lists import paged
from governance.terms import terms
from governance.visitor import refuse, visitor
from models.accounts import RoleGrant, User
from models.base import now, today
from models.journal import Entry, Verb, tell
from models.permissions import Permission, Role
from models.rules import RuleBroken

TOLD = 50  # journal entries on an account's page

Page = str | tuple[str, int] | Response


@blueprint.get("/comptes")
@requires(Permission.ACCOUNTS_READ)
def index() -> str:
    """The accounts, searched and filtered by the address."""
    page = paged(queries.listed(visitor(), request.args), queries.SORTS, "nom", details=queries.details)
    return render_template("accounts/index.html", page=page, roles=Role, states=queries.State)


@blueprint.route("/comptes/nouveau", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_MANAGE, fresh=True)
def invite() -> Page:
    """Open an account by inviting its holder, with a first role."""
    form, done = InviteForm(), []
    if not form.sent() or not apply(form, lambda: done.append(_invited(form))):
        page = render_template("accounts/invite.html", form=form, roles=Role)
        return page, (422 if form.is_submitted() else 200)
    _warn_of_leaver(done[0][0])
    return _link_sent(*done[0])


def _warn_of_leaver(user: User) -> None:
    """The directory may know that the one who is invited is gone: whoever invites should hear it."""
    for person in queries.people_of(user):
        if person.has_left(today()):
            flash(_("L’annuaire note le départ de %(name)s : vérifiez cette invitation.", name=person.name), "warning")


def _invited(form: InviteForm) -> tuple[User, str]:
    place = form.chosen_place()
    user, link = operations.invite(visitor().name, str(form.login.data), form.name.data, form.email.data)
    operations.grant(user, form.role.data, place, _me(), today(), form.ends_on.data)
    return user, link


@blueprint.get("/comptes/<uuid:identity>")
@requires(Permission.ACCOUNTS_READ)
def show(identity: uuid.UUID) -> str:
    """One account: facts, roles, sessions, journal."""
    return _show_page(queries.load_account(identity, Permission.ACCOUNTS_READ))


@blueprint.route("/comptes/<uuid:identity>/modifier", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_MANAGE, fresh=True)
def edit(identity: uuid.UUID) -> Page:
    """Correct a name or an address."""
    user = queries.load_account(identity, Permission.ACCOUNTS_MANAGE)
    form = IdentityForm(obj=user)
    if not form.sent():
        return render_template("accounts/edit.html", form=form, user=user), (422 if form.is_submitted() else 200)
    operations.change_identity(user, form.name.data, form.email.data)
    return _done(user, _("Le compte est modifié."))


@blueprint.route("/comptes/<uuid:identity>/roles", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_MANAGE, fresh=True)
def grant(identity: uuid.UUID) -> Page:
    """Give a role, within one's own scope and never to oneself."""
    user = queries.load_account(identity, Permission.ACCOUNTS_READ)
    if user.id == visitor().user_id:
        refuse()
    form = GrantForm(starts_on=today())
    if not form.sent() or not apply(form, lambda: _granted(user, form)):
        page = render_template("accounts/grant.html", form=form, user=user, roles=Role)
        return page, (422 if form.is_submitted() else 200)
    return _done(user, _("Le rôle est donné. Cette personne doit se reconnecter."))


def _granted(user: User, form: GrantForm) -> None:
    starts_on = form.starts_on.data or today()
    operations.grant(user, form.role.data, form.chosen_place(), _me(), starts_on, form.ends_on.data)


@blueprint.route("/comptes/<uuid:identity>/roles/<uuid:grant_id>/retirer", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_MANAGE, fresh=True)
def revoke(identity: uuid.UUID, grant_id: uuid.UUID) -> Page:
    """Take a role back, with a reason."""
    user = queries.load_account(identity, Permission.ACCOUNTS_READ)
    held = next((one for one in user.grants if one.id == grant_id), None)
    if held is None:
        abort(404)
    if user.id == visitor().user_id or not visitor().may(Permission.ACCOUNTS_MANAGE, held):
        refuse()
    form = RevokeForm()
    if not form.sent() or not apply(form, lambda: operations.revoke(held, _me(), form.reason.data)):
        page = render_template("accounts/revoke.html", form=form, user=user, held=held)
        return page, (422 if form.is_submitted() else 200)
    return _done(user, _("Le rôle est retiré. Cette personne doit se reconnecter."))


@blueprint.post("/comptes/<uuid:identity>/desactiver")
@requires(Permission.ACCOUNTS_MANAGE, fresh=True)
def disable(identity: uuid.UUID) -> Page:
    """Close an account."""
    user = queries.load_account(identity, Permission.ACCOUNTS_MANAGE)
    return _tried(user, lambda: operations.disable(user), _("Le compte est désactivé, ses sessions sont fermées."))


@blueprint.post("/comptes/<uuid:identity>/reactiver")
@requires(Permission.ACCOUNTS_MANAGE, fresh=True)
def enable(identity: uuid.UUID) -> Page:
    """Open an account again, with the roles it had."""
    user = queries.load_account(identity, Permission.ACCOUNTS_MANAGE)
    return _tried(user, user.enable, _("Le compte est réactivé."))


@blueprint.route("/comptes/<uuid:identity>/second-facteur", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_MANAGE, fresh=True)
def reset_factor(identity: uuid.UUID) -> Page:
    """Replace a lost phone, or the forgotten password of who has none yet, with a written reason."""
    user = queries.load_account(identity, Permission.ACCOUNTS_MANAGE)
    form, done = ResetFactorForm(), []
    if user.totp_confirmed_at is None:
        del form.password_too
    if not form.sent() or not apply(form, lambda: done.append(_reset(user, form))):
        return render_template("accounts/reset_factor.html", form=form, user=user), (
            422 if form.is_submitted() else 200
        )
    return _link_sent(user, done[0])


def _reset(user: User, form: ResetFactorForm) -> str:
    password_too = "password_too" not in form or form.password_too.data
    return operations.reset_factor(user, visitor().name, form.reason.data, password_too=password_too)


@blueprint.post("/comptes/<uuid:identity>/invitation")
@requires(Permission.ACCOUNTS_MANAGE, fresh=True)
def invite_again(identity: uuid.UUID) -> Page:
    """Send another invitation; the former no longer works."""
    user = queries.load_account(identity, Permission.ACCOUNTS_MANAGE)
    try:
        return _link_sent(user, operations.send_invitation(user, visitor().name))
    except RuleBroken as broken:
        return _show_page(user, _(broken.message)), 422


@blueprint.post("/comptes/<uuid:identity>/sessions/fermer")
@requires(Permission.ACCOUNTS_MANAGE, fresh=True)
def end_their_sessions(identity: uuid.UUID) -> Response:
    """Sign somebody out everywhere."""
    user = queries.load_account(identity, Permission.ACCOUNTS_MANAGE)
    end_sessions(user.id)
    tell(session(), Verb.SESSION_REVOKED, user)
    return _done(user, _("Toutes ses sessions sont fermées."))


def _me() -> User:
    return session.get_one(User, visitor().user_id)


def _done(user: User, message: str) -> Response:
    flash(message, "success")
    return redirect(url_for("accounts.show", identity=user.id), 303)


def _tried(user: User, rule: Callable[[], object], message: str) -> Page:
    """Do it; a rule that refuses is said on the account's page."""
    try:
        rule()
    except RuleBroken as broken:
        return _show_page(user, _(broken.message)), 422
    return _done(user, message)


def _link_sent(user: User, link: str) -> Page:
    """The mail leaves by itself; without a mail server the administrator hands the link over herself, shown once."""
    if current_app.extensions["settings"].smtp_url:
        return _done(user, _("Un courriel est parti vers %(email)s.", email=user.email))
    return render_template("accounts/link.html", user=user, link=link)


def _show_page(user: User, problem: str = "") -> str:
    who = visitor()
    entries = session.scalars(Entry.about(user).limit(TOLD)).all() if who.may(Permission.JOURNAL_READ) else []
    return render_template(
        "accounts/show.html",
        user=user,
        problem=problem,
        state=queries.state_of(user),
        states=queries.State,
        manages=queries.manages(who, user),
        revocable=[] if user.id == who.user_id else _revocable(user),
        is_me=user.id == who.user_id,
        today=today(),
        sessions=session.scalars(active(user.id, now())).all(),
        people=queries.people_of(user),
        codes_left=factors.recovery_codes_left(user),
        told=[(entry, sentences(entry.changes, "user", terms())) for entry in entries],
    )


def _revocable(user: User) -> list[RoleGrant]:
    """The roles that the visitor may take back."""
    who = visitor()
    return [held for held in user.grants if operations.is_lasting(held) and who.may(Permission.ACCOUNTS_MANAGE, held)]
