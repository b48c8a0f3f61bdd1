"""Kiosks: a shared device or a QR code at the desk, opened by an agent who checks identities; no name is listed."""

import datetime as dt
import uuid
from io import BytesIO

import segno
from flask import abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from exports.receipts import Means
from governance import mail
from governance.charters import tokens
from governance.charters.acceptance import Act, NotTaken, answer, closed, given, invitations
from governance.charters.blueprint import blueprint
from governance.charters.links import exact_text
from governance.charters.reach import COLLECT, load_campaign, open_campaigns
from governance.charters.reading import Altered, AnswerForm, RefusalForm, answer_form, reading
from governance.database import aside, session
from governance.doors import public, requires
from governance.forms import Form, apply, identity, text
from governance.throttle import DESK, Attempt
from governance.visitor import load, visitor
from models.base import now, today
from models.charters.acceptance import Decision
from models.charters.campaign import Invitation
from models.charters.collection import Kiosk
from models.charters.words import Channel
from models.people import Person
from models.permissions import Permission
from models.search import fold

Page = str | tuple[str, int] | Response
SEAL_LIFE = 600  # seconds to read and answer once one has said who one is


def _campaigns() -> list[tuple[str, str]]:
    return [(str(one.id), one.title) for one in open_campaigns(visitor())]


def _places() -> list[tuple[str, str]]:
    return [(str(place.id), place.name) for place in visitor().places(COLLECT)]


class KioskForm(Form):
    """Where the kiosk stands, for which campaign, and for how long."""

    campaign = identity(lazy_gettext("Campagne"), _campaigns, required=True)
    establishment = identity(lazy_gettext("Établissement"), _places, required=True)
    place = text(
        lazy_gettext("Lieu"), required=True, description=lazy_gettext("Par exemple « Accueil des RH, bât. A ».")
    )
    hours = IntegerField(
        lazy_gettext("Durée en heures"),
        [
            InputRequired(lazy_gettext("Renseignez ce champ.")),
            NumberRange(1, Kiosk.MAX_HOURS, lazy_gettext("Entre 1 et 12 heures.")),
        ],
        default=4,
    )


class WhoForm(Form):
    """Who stands at the kiosk: what she knows of herself, and the code that the agent tells her."""

    number = text(lazy_gettext("Votre matricule"), limit=40, required=True)
    name = text(lazy_gettext("Votre nom de famille"), required=True)
    code = text(lazy_gettext("Code donné par l’agent d’accueil"), limit=10, required=True)


class SealedAnswerForm(AnswerForm):
    seal = HiddenField()


class SealedRefusalForm(RefusalForm):
    seal = HiddenField()


# For the agent


@blueprint.get("/bornes")
@requires(COLLECT)
def kiosks() -> str:
    """The kiosks that are open, and the form that opens one."""
    return _kiosks(KioskForm())


def _kiosks(form: KioskForm) -> str:
    who = visitor()
    query = Kiosk.opened(now()).options(joinedload(Kiosk.campaign), joinedload(Kiosk.establishment))
    found = session.scalars(query.where(who.sees(Kiosk, COLLECT))).all()
    places = _places()
    if len(places) == 1 and form.establishment.data is None and not form.is_submitted():
        form.establishment.data = uuid.UUID(places[0][0])
    return render_template("charters/kiosks.html", kiosks=found, form=form)


@blueprint.post("/bornes")
@requires(COLLECT, fresh=True)
def open_kiosk() -> Page:
    """Open a kiosk; its address and its code are shown this once."""
    form = KioskForm()
    if not form.sent():
        return _kiosks(form), 422
    campaign = load_campaign(form.campaign.data, Permission.CHARTERS_READ)
    if campaign.establishment_id not in (None, form.establishment.data):
        form.campaign.errors = [_("Cette campagne ne concerne pas cet établissement.")]
        return _kiosks(form), 422
    token, code, who = tokens.new_token(), tokens.desk_code(), visitor()
    kiosk = Kiosk(
        establishment_id=form.establishment.data, campaign_id=campaign.id, place=form.place.data,
        digest=tokens.token_digest(token, "kiosk"), code_digest=tokens.token_digest(code, "desk"),
        opened_by=who.name, opened_by_id=who.user_id, expires_at=now() + dt.timedelta(hours=form.hours.data or 1),
    )  # fmt: skip
    session.add(kiosk)
    session.flush()
    address = mail.link("charters.kiosk", token=token)
    return render_template("charters/kiosk_opened.html", kiosk=kiosk, address=address, code=code, qr=_qr(address))


def _qr(address: str) -> Markup:
    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=2, title=_("Adresse de la borne"), nl=False
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704 -- drawn by segno from an address of ours


@blueprint.post("/bornes/<uuid:identity>/fermer")
@requires(COLLECT)
def close_kiosk(identity: uuid.UUID) -> Page:
    """End a kiosk before its hour."""
    kiosk, form = load(Kiosk, identity, COLLECT), Form()
    if not apply(form, lambda: kiosk.close(now())):
        flash(str(form.form_errors[0]), "warning")
    return redirect(url_for("charters.kiosks"), 303)


# At the kiosk


def _kiosk(token: str) -> Kiosk | None:
    query = select(Kiosk).options(joinedload(Kiosk.campaign)).where(Kiosk.digest == tokens.token_digest(token, "kiosk"))
    found = session.scalars(query).one_or_none()
    return found if found is not None and found.is_open(now()) else None


def _over() -> Page:
    return render_template("charters/kiosk_over.html"), 404


@blueprint.get("/borne/<token>")
@public
def kiosk(token: str) -> Page:
    """The first page: who are you?"""
    found = _kiosk(token)
    return _who(token, found, WhoForm()) if found else _over()


def _who(token: str, found: Kiosk, form: WhoForm) -> str:
    return render_template("charters/kiosk.html", token=token, kiosk=found, form=form)


@blueprint.post("/borne/<token>")
@public
def identify(token: str) -> Page:
    """The text, for the person who said who she is; whatever is wrong, the answer is the same."""
    found, form = _kiosk(token), WhoForm()
    if found is None:
        return _over()
    if not form.sent():
        return _who(token, found, form), 422
    invitation = _known(found, form)
    if invitation is None:
        return _who(token, found, form), 422
    return _text(token, found, invitation)


def _known(found: Kiosk, form: WhoForm) -> Invitation | None:
    """The invitation of the person at the kiosk, if number, name and code all agree; tries are counted."""
    attempt = Attempt(now())
    with aside(visitor().actor) as other:
        allowed = attempt.within(other, DESK, str(found.id))
    if not allowed:
        form.form_errors.append(
            _("Trop d’essais sur cette borne : attendez cinq minutes, ou demandez à l’agent d’accueil.")
        )
        return None
    query = invitations().where(
        Invitation.campaign_id == found.campaign_id, Invitation.establishment_id == found.establishment_id,
        Invitation.person.has(Person.employee_number == (form.number.data or "")),
    )  # fmt: skip
    invitation = session.scalars(query).one_or_none()
    right = tokens.token_digest("".join((form.code.data or "").split()), "desk") == found.code_digest
    named = invitation is not None and fold(invitation.person.family_name) == fold(form.name.data or "")
    if not right or not named:
        form.form_errors.append(
            _("Ces renseignements ne correspondent à personne d’attendu ici : vérifiez-les, ou demandez à l’accueil.")
        )
        return None
    with aside(visitor().actor) as other:
        attempt.succeeded(other)
    return invitation


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="kiosk")


def _unsealed(found: Kiosk, seal: str | None) -> Invitation | None:
    """The invitation of whoever said who she is at this very kiosk a few minutes ago."""
    try:
        kiosk_id, invitation_id = _sealer().loads(seal or "", max_age=SEAL_LIFE)
    except BadSignature:
        return None
    if kiosk_id != found.id.hex:
        return None
    return session.scalars(invitations().where(Invitation.id == uuid.UUID(invitation_id))).one_or_none()


def _act(found: Kiosk, decision: Decision, reason: str | None = None) -> Act:
    means = (Means.STAFF_NUMBER, Means.IDENTITY_SEEN)
    return Act(
        decision, Channel.KIOSK, means, now(), told={"nom_operateur": found.opened_by}, reason=reason,
        operator=found.opened_by,
    )  # fmt: skip


def _text(token: str, found: Kiosk, invitation: Invitation, form: AnswerForm | None = None) -> Page:
    kept = given(invitation.person_id, invitation.version_id)
    if kept is not None and kept.decision is Decision.ACCEPTED:
        return render_template("charters/kiosk_done.html", kept=kept, token=token)
    if (why := closed(invitation)) is not None:
        return render_template("charters/not_taken.html", why=why), 409
    try:
        read = reading(invitation, _act(found, Decision.ACCEPTED))
    except Altered as altered:
        return render_template("charters/altered_text.html", version=altered.version), 409
    seal = _sealer().dumps([found.id.hex, invitation.id.hex])
    page = render_template(
        "charters/read.html",
        found=read,
        form=form or answer_form(read),
        refusal=RefusalForm(seen=read.version.sha256),
        refused=kept,
        ask_code=False,
        seal=seal,
        exact=url_for("charters.kiosk_text", token=token),
        answer_url=url_for("charters.answer_kiosk", token=token),
        refuse_url=url_for("charters.refuse_kiosk", token=token),
        back=url_for("charters.kiosk", token=token),
        leave_after=SEAL_LIFE,
        today=today(),
    )
    return page, 422 if form is not None else 200


@blueprint.post("/borne/<token>/confirmer")
@public
def answer_kiosk(token: str) -> Page:
    """Confirm at the kiosk."""
    return _take(token, SealedAnswerForm(), Decision.ACCEPTED)


@blueprint.post("/borne/<token>/refuser")
@public
def refuse_kiosk(token: str) -> Page:
    """Say at the kiosk that one does not wish to confirm."""
    return _take(token, SealedRefusalForm(), Decision.REFUSED)


def _take(token: str, form: SealedAnswerForm | SealedRefusalForm, decision: Decision) -> Page:
    found = _kiosk(token)
    if found is None:
        return _over()
    invitation = _unsealed(found, form.seal.data)
    if invitation is None:
        flash(_("La page a trop attendu : dites à nouveau qui vous êtes."), "warning")
        return redirect(url_for("charters.kiosk", token=token), 303)
    if not form.sent() or form.seen.data != invitation.version.sha256:
        return _text(token, found, invitation, form if isinstance(form, AnswerForm) else AnswerForm())
    reason = form.reason.data if isinstance(form, RefusalForm) else None
    try:
        kept = answer(invitation, _act(found, decision, reason))
    except NotTaken as refused:
        return render_template("charters/not_taken.html", why=refused.why), 409
    return render_template("charters/kiosk_done.html", kept=kept, token=token)


@blueprint.get("/borne/<token>/texte")
@public
def kiosk_text(token: str) -> Page:
    """The frozen bytes of the campaign's text, the same for everyone."""
    found = _kiosk(token)
    if found is None:
        return _over()
    query = invitations().where(Invitation.campaign_id == found.campaign_id).limit(1)
    invitation = session.scalars(query).first()
    return exact_text(invitation) if invitation is not None else abort(404)
