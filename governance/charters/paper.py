"""Signed forms: entered with their scan by one agent, counted only once another has compared the two."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from exports.receipts import Means
from governance import files
from governance.charters.acceptance import Act, NotTaken, answer, given, invitations
from governance.charters.blueprint import blueprint
from governance.charters.reach import COLLECT, EDIT, load_invitation
from governance.database import session
from governance.doors import requires
from governance.forms import DayField, Form, apply, paragraph, text
from governance.lists import paged
from governance.media import Unfit
from governance.uploads import file, shelf
from governance.visitor import load, visitor
from models.base import now, today
from models.charters.acceptance import Decision
from models.charters.campaign import Invitation
from models.charters.collection import PaperForm, PaperState
from models.charters.words import Channel
from models.people import Person
from models.permissions import Permission
from models.rules import RuleBroken

Page = str | tuple[str, int] | Response
SCANS = ("pdf", "png", "jpg", "jpeg")


class EntryForm(Form):
    """What the signed form says, and its scan."""

    signed_on = DayField(lazy_gettext("Date de signature"), required=True)
    original = text(
        lazy_gettext("Où est l’original"),
        required=True,
        description=lazy_gettext("Par exemple « Dossier administratif, armoire 4 »."),
    )
    scan = file(
        lazy_gettext("Scan du formulaire"),
        SCANS,
        required=True,
        description=lazy_gettext("PDF, PNG ou JPEG, 25 Mo au plus."),
    )


class RejectForm(Form):
    reason = paragraph(lazy_gettext("Ce qui ne va pas"), limit=2000, required=True)


@blueprint.get("/papier")
@requires(COLLECT, EDIT)
def papers() -> str:
    """The signed forms: those that wait for a second person first."""
    who = visitor()
    state = request.args.get("etat", PaperState.WAITING.value)
    query = select(PaperForm.id).where(who.sees(PaperForm, Permission.CHARTERS_READ))
    if state in PaperState.__members__.values():
        query = query.where(PaperForm.state == PaperState(state))
    page = paged(query, {"saisi": PaperForm.created_at, "signe": PaperForm.signed_on}, "saisi", details=_lines)
    return render_template("charters/papers.html", page=page, states=PaperState, state=state)


def _lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, Any]:
    query = select(PaperForm).options(joinedload(PaperForm.person), joinedload(PaperForm.version))
    return {one.id: one for one in session.scalars(query.where(PaperForm.id.in_(ids)))}


@blueprint.get("/personnes/<uuid:identity>/papier")
@requires(COLLECT)
def start_paper(identity: uuid.UUID) -> str:
    """The form that enters what somebody signed."""
    invitation = load_invitation(identity, COLLECT)
    return _start(invitation, EntryForm())


def _start(invitation: Invitation, form: EntryForm) -> str:
    return render_template(
        "charters/paper_entry.html",
        invitation=invitation,
        form=form,
        kept=given(invitation.person_id, invitation.version_id),
    )


@blueprint.post("/personnes/<uuid:identity>/papier")
@requires(COLLECT)
def enter_paper(identity: uuid.UUID) -> Page:
    """Keep the entry and its scan, which cannot be removed; nothing counts yet."""
    invitation, form, made = load_invitation(identity, COLLECT), EntryForm(), []
    if not form.sent() or not apply(form, lambda: made.append(_entered(invitation, form))):
        return _start(invitation, form), 422
    flash(_("Le formulaire est enregistré : une seconde personne doit maintenant le relire."), "success")
    return redirect(url_for("charters.paper", identity=made[0].id), 303)


def _entered(invitation: Invitation, form: EntryForm) -> PaperForm:
    """The signed form with its scan. Raises RuleBroken."""
    who, upload = visitor(), form.scan.uploads[0]
    kept = given(invitation.person_id, invitation.version_id)
    if kept is not None and kept.decision is Decision.ACCEPTED:
        raise RuleBroken(
            "", _("Cette prise de connaissance est déjà enregistrée : reçu %(number)s.", number=kept.number)
        )
    waiting = select(PaperForm.id).where(
        PaperForm.person_id == invitation.person_id, PaperForm.version_id == invitation.version_id,
        PaperForm.state == PaperState.WAITING,
    )  # fmt: skip
    if session.scalars(waiting).first() is not None:
        raise RuleBroken("", _("Un formulaire de cette personne attend déjà sa relecture."))
    paper = PaperForm(
        establishment_id=invitation.establishment_id, department_id=invitation.department_id,
        campaign_id=invitation.campaign_id, person=invitation.person, version=invitation.version,
        signed_on=form.signed_on.data, original=form.original.data, sha256="", entered_by=who.name,
        entered_by_id=who.user_id,
    )  # fmt: skip
    with session.no_autoflush:
        paper.check(today())
    session.add(paper)
    session.flush()
    try:
        paper.sha256 = files.attach(paper, upload, who=who, title=_("Formulaire signé"), kept=True).sha256
    except Unfit as unfit:
        raise RuleBroken("scan", str(unfit)) from unfit
    return paper


@blueprint.get("/papier/<uuid:identity>")
@requires(COLLECT, EDIT)
def paper(identity: uuid.UUID) -> str:
    """The entry beside its scan, for the second person."""
    return _page(_paper(identity), RejectForm())


def _paper(identity: uuid.UUID) -> PaperForm:
    query = select(PaperForm).options(
        joinedload(PaperForm.person).joinedload(Person.department), joinedload(PaperForm.version)
    )
    return load(PaperForm, identity, Permission.CHARTERS_READ, query)


def _page(found: PaperForm, form: RejectForm) -> str:
    return render_template(
        "charters/paper.html",
        paper=found,
        form=form,
        pieces=shelf(found),
        mine=found.entered_by_id == visitor().user_id,
        kept=given(found.person_id, found.version_id),
    )


@blueprint.post("/papier/<uuid:identity>/compter")
@requires(COLLECT, EDIT)
def count_paper(identity: uuid.UUID) -> Page:
    """Say that scan and entry agree: from now on it counts, with a receipt."""
    found, form = _paper(identity), RejectForm()
    who = visitor()
    invitation = _invitation(found)
    try:
        if not apply(form, lambda: found.count(who.name, _user(), now())):
            return _page(found, form), 422
        kept = answer(invitation, _act(found))
    except NotTaken as refused:
        session.refresh(found)
        form.form_errors.append(_(refused.why.help))
        return _page(found, form), 422
    flash(_("La prise de connaissance est comptée : reçu %(number)s.", number=kept.number), "success")
    return redirect(url_for("charters.paper", identity=identity), 303)


def _user() -> uuid.UUID:
    return visitor().user_id or abort(403)


def _invitation(found: PaperForm) -> Invitation:
    query = invitations().where(Invitation.campaign_id == found.campaign_id, Invitation.person_id == found.person_id)
    return session.scalars(query).one()


def _act(found: PaperForm) -> Act:
    means = (Means.HANDWRITTEN, Means.SECOND_PERSON)
    return Act(
        Decision.ACCEPTED, Channel.PAPER, means, now(), operator=found.entered_by, checked_by=found.checked_by,
        signed_on=found.signed_on, trace=False,
    )  # fmt: skip


@blueprint.post("/papier/<uuid:identity>/ecarter")
@requires(COLLECT, EDIT)
def reject_paper(identity: uuid.UUID) -> Page:
    """Say that they do not agree: nothing counts, and the form is asked for again."""
    found, form = _paper(identity), RejectForm()
    if not form.sent() or not apply(form, lambda: found.reject(visitor().name, _user(), now(), form.reason.data or "")):
        return _page(found, form), 422
    flash(_("Le formulaire est écarté : rien n’est compté."), "success")
    return redirect(url_for("charters.papers"), 303)
