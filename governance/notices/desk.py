"""Requests of data subjects, objections first: noted as the desk received them, answered within the month."""

import uuid
from collections.abc import Iterator
from io import BytesIO
from typing import Any, ClassVar

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import BooleanField

from exports.listings import REQUESTS
from exports.notices.replies import blanks, offered, reply
from governance.database import session
from governance.doors import requires
from governance.forms import DayField, Form, PlacedForm, apply, identity, paragraph, text, word
from governance.leaving import sent
from governance.lists import asked, of_place, paged, whole
from governance.media import MIMETYPES
from governance.notices import operations, queries
from governance.notices.blueprint import blueprint
from governance.notices.fields import RevisedForm, WordsField, keep
from governance.notices.forms import ActivitiesField
from governance.places import departments_of, home
from governance.raised import raised
from governance.uploads import shelf
from governance.visitor import load, visitor
from models.base import today
from models.permissions import Permission
from models.rights import (
    Capacity,
    Channel,
    DataSubjectRequest,
    Decision,
    IdentityCheck,
    ObjectedUse,
    RightKind,
    deadline,
    next_reference,
)
from models.search import matching
from models.vocabulary import N_
from seed.notices import model

READ, EDIT = Permission.RIGHTS_READ, Permission.RIGHTS_EDIT
Page = str | tuple[str, int] | Response
OPEN, LATE, PRESSING = "en-cours", "en-retard", "sous-7-jours"
SORTS = {
    "reference": DataSubjectRequest.reference,
    "recue": DataSubjectRequest.received_on,
    "echeance": DataSubjectRequest.due_on,
}


class RequestForm(PlacedForm, RevisedForm):
    """Who asks what, when and how it came in."""

    offered: ClassVar[dict[str, Any]] = {"department_id": departments_of}

    kind = word(lazy_gettext("Droit exercé"), RightKind, required=True)
    received_on = DayField(
        lazy_gettext("Reçue le"),
        required=True,
        description=lazy_gettext("Par n’importe quel service : c’est ce jour qui fait courir le délai."),
    )
    channel = word(lazy_gettext("Voie"), Channel, required=True)
    department_id = identity(lazy_gettext("Service qui l’a reçue"), list)
    requester = text(lazy_gettext("Nom et prénom de qui demande"), required=True)
    born_on = DayField(
        lazy_gettext("Date de naissance"), description=lazy_gettext("Pour retrouver le bon dossier, sans confusion.")
    )
    contact = text(
        lazy_gettext("Où répondre"), required=True, description=lazy_gettext("Adresse, courriel ou téléphone.")
    )
    capacity = word(lazy_gettext("Agit"), Capacity, required=True)
    concerned = text(lazy_gettext("Personne concernée, si c’est une autre"))
    identity = word(
        lazy_gettext("Identité"),
        IdentityCheck,
        required=True,
    )
    uses = WordsField(lazy_gettext("S’oppose à"), ObjectedUse)
    activities = ActivitiesField(
        lazy_gettext("Traitements concernés"),
        description=lazy_gettext("Facultatif à l’accueil : qui instruit la demande peut les ajouter."),
    )
    details = paragraph(lazy_gettext("Précisions"), limit=4000)
    reason = paragraph(
        lazy_gettext("Raison donnée"),
        limit=4000,
        rows=2,
        description=lazy_gettext("Aucune raison n’est demandée pour la recherche. Évitez les détails de santé."),
    )
    suspends = BooleanField(lazy_gettext("Demande que l’utilisation soit suspendue pendant l’examen"))


FIELDS = (
    "kind", "received_on", "channel", "department_id", "requester", "born_on", "contact", "capacity", "concerned",
    "identity", "uses", "details", "reason", "suspends",
)  # fmt: skip


class ExtendForm(Form):
    extension_reason = paragraph(
        lazy_gettext("Raison de la prolongation"),
        limit=4000,
        required=True,
        rows=2,
        description=lazy_gettext(
            "Deux mois de plus, annoncés à la personne avec cette raison avant la fin du premier mois."
        ),
    )


class AnswerForm(Form):
    decision = word(lazy_gettext("Décision"), Decision, required=True)
    answered_on = DayField(lazy_gettext("Réponse du"), required=True)
    applied_on = DayField(lazy_gettext("Appliquée le"))
    answer = paragraph(
        lazy_gettext("Réponse et motifs"),
        limit=8000,
        rows=4,
        description=lazy_gettext("En mots simples : la lettre les reprend tels quels."),
    )
    refused_uses = WordsField(
        lazy_gettext("Refusée pour"),
        ObjectedUse,
        description=lazy_gettext("Pour une demande acceptée en partie : ce qui est refusé."),
    )
    ground = text(
        lazy_gettext("Texte ou motif précis"), description=lazy_gettext("Pour un refus : l’article ou la raison.")
    )
    alternative = paragraph(lazy_gettext("Mesure proposée à la place"), limit=4000, rows=2)


def _kept(args: Any) -> Iterator[ColumnElement[bool]]:
    yield from of_place(DataSubjectRequest, args)
    if typed := args.get("q", "").strip():
        yield matching(DataSubjectRequest.words, typed[:200])
    if args.get("droit") in RightKind.__members__.values():
        yield DataSubjectRequest.kind == RightKind(args["droit"])
    questions = {
        OPEN: DataSubjectRequest.answered_on.is_(None),
        LATE: DataSubjectRequest.late(today()),
        PRESSING: DataSubjectRequest.pressing(today()),
    }
    if args.get("montrer") in questions:
        yield questions[args["montrer"]]


def _lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, DataSubjectRequest]:
    query = select(DataSubjectRequest).options(
        joinedload(DataSubjectRequest.establishment), joinedload(DataSubjectRequest.department)
    )
    return {one.id: one for one in session.scalars(query.where(DataSubjectRequest.id.in_(ids)))}


@blueprint.get("/demandes")
@requires(READ)
def requests() -> str:
    """The requests, those due first at the top."""
    return render_template(
        "notices/requests.html",
        page=paged(_listed(request.args), SORTS, "echeance", details=_lines),
        kinds=RightKind,
        questions=[(OPEN, _("Sans réponse")), (PRESSING, _("À répondre sous 7 jours")), (LATE, _("En retard"))],
        today=today(),
    )


def _listed(args: Any) -> Select[Any]:
    """The identities of the requests that she reads and that the filters of `args` keep."""
    return select(DataSubjectRequest.id).where(visitor().sees(DataSubjectRequest, READ), *_kept(args))


@blueprint.post("/demandes/exporter")
@requires(EDIT)
def export_requests() -> Response:
    """The requests that the list shows, as a workbook."""
    args = asked()
    found = whole(_listed(args).where(visitor().sees(DataSubjectRequest, EDIT)), SORTS, "echeance", _lines, args)
    return sent(REQUESTS, found, N_("les demandes de droits"), "demandes")


def show_page(found: DataSubjectRequest, **forms: Form) -> str:
    """The page of a request, with what was typed in its forms if it was refused."""
    cases = {row["code"]: row for row in model()["objection_cases"]}
    return render_template(
        "notices/request.html",
        request_=found,
        extend=forms.get("extend") or ExtendForm(formdata=None),
        answer=forms.get("answer") or AnswerForm(formdata=None, answered_on=today()),
        uses=[(ObjectedUse(code), cases.get(code)) for code in found.uses or ()],
        outcomes={row["code"]: row["label_fr"] for row in model()["objection_outcomes"]},
        reasons=model()["opposition_form"]["refusal_reasons"],
        may_edit=visitor().may(EDIT, found),
        raised=raised(found),
        pieces=shelf(found),
        today=today(),
        letters=[(one, blanks(one, found, today())) for one in offered(found, model()["opposition_form"])],
        concerned=queries.concerned(found),
    )


@blueprint.get("/demandes/<uuid:identity>")
@requires(READ)
def show_request(identity: uuid.UUID) -> str:
    """One request: what is asked, by when, what was answered."""
    return show_page(load(DataSubjectRequest, identity, READ))


@blueprint.get("/demandes/nouvelle")
@requires(EDIT)
def start_request() -> str:
    """The form of a request, as the desk noted it."""
    given = {"kind": RightKind.OBJECTION, "received_on": today(), "channel": Channel.ORAL, "capacity": Capacity.SELF,
             "identity": IdentityCheck.KNOWN}  # fmt: skip
    place = home(EDIT)
    return _page(None, RequestForm(place.id if place else None, **given))


@blueprint.post("/demandes/nouvelle")
@requires(EDIT)
def create_request() -> Page:
    """Record a request: its reference and its deadline are made here."""
    place = home(EDIT) or abort(404)
    form = RequestForm(place.id)
    made = DataSubjectRequest(establishment_id=place.id, recorded_by=visitor().name)
    if not form.sent() or not apply(form, lambda: _fill(made, form)):
        return _page(None, form), 422
    made.reference = next_reference(session(), place.id, made.received_on.year)
    session.add(made)
    session.flush()
    flash(
        _("La demande %(reference)s est enregistrée : répondre avant le %(day)s.", reference=made.reference,
          day=f"{made.due_on:%d/%m/%Y}"), "success",
    )  # fmt: skip
    return redirect(url_for("notices.show_request", identity=made.id), 303)


def _fill(made: DataSubjectRequest, form: RequestForm) -> None:
    for name in FIELDS:
        setattr(made, name, form[name].data)
    made.concern(operations.chosen(form.activities.identities(), made.establishment_id))
    made.receive(today())


@blueprint.get("/demandes/<uuid:identity>/modifier")
@requires(EDIT)
def edit_request(identity: uuid.UUID) -> str:
    """The form of a request."""
    found = load(DataSubjectRequest, identity, EDIT)
    known = {name: getattr(found, name) for name in FIELDS}
    picked = [str(one.id) for one in queries.concerned(found)]
    told = {**known, "revision": str(found.revision), "activities": picked}
    return _page(found, RequestForm(found.establishment_id, formdata=None, **told))


@blueprint.post("/demandes/<uuid:identity>/modifier")
@requires(EDIT)
def save_request(identity: uuid.UUID) -> Page:
    """Keep a request as typed, unless a colleague saved it meanwhile."""
    found = load(DataSubjectRequest, identity, EDIT)
    form = RequestForm(found.establishment_id)
    status = keep(form, found, lambda: _fill(found, form))
    if status != 303:
        return _page(load(DataSubjectRequest, identity, EDIT), form, conflict=status == 409), status
    flash(_("La demande est enregistrée."), "success")
    return redirect(url_for("notices.show_request", identity=found.id), 303)


def _page(found: DataSubjectRequest | None, form: RequestForm, *, conflict: bool = False) -> str:
    place = found.establishment_id if found else here.id if (here := home(EDIT)) else None
    form.activities.offered = queries.choices(place, form.activities.identities()) if place else []
    return render_template(
        "notices/edit_request.html",
        request_=found,
        form=form,
        conflict=conflict,
        home=home(EDIT),
        places=visitor().places(EDIT),
        due=deadline(today(), 1),
    )


@blueprint.post("/demandes/<uuid:identity>/prolonger")
@requires(EDIT)
def extend(identity: uuid.UUID) -> Page:
    """Take two months more, with the reason that the person is told."""
    found, form = load(DataSubjectRequest, identity, EDIT), ExtendForm()
    if not form.sent() or not apply(form, lambda: found.extend(form.extension_reason.data, today())):
        return show_page(found, extend=form), 422
    flash(
        _("Le délai est prolongé jusqu’au %(day)s : annoncez-le à la personne.", day=f"{found.due_on:%d/%m/%Y}"),
        "success",
    )
    return redirect(url_for("notices.show_request", identity=found.id), 303)


@blueprint.post("/demandes/<uuid:identity>/repondre")
@requires(EDIT)
def answer(identity: uuid.UUID) -> Page:
    """Record the answer given to the person."""
    found, form = load(DataSubjectRequest, identity, EDIT), AnswerForm()
    if not form.sent() or not apply(form, lambda: _settle(found, form)):
        return show_page(found, answer=form), 422
    flash(_("La réponse est enregistrée."), "success")
    return redirect(url_for("notices.show_request", identity=found.id), 303)


def _settle(found: DataSubjectRequest, form: AnswerForm) -> None:
    on = form.answered_on.data or today()
    found.settle(form.decision.data, form.answer.data, on, form.applied_on.data, today(), form.refused_uses.data)
    found.ground, found.alternative = form.ground.data, form.alternative.data


# Letters


@blueprint.get("/demandes/<uuid:identity>/courriers/<string(maxlength=40):code>.<any(docx, pdf):ending>")
@requires(READ)
def letter(identity: uuid.UUID, code: str, ending: str) -> Response:
    """A letter that a request calls for, to read again and to send."""
    found = load(DataSubjectRequest, identity, READ)
    told = next((one for one in offered(found, model()["opposition_form"]) if one["code"] == code), None) or abort(404)
    made = reply(told, found, today())
    content = made.pdf(today()) if ending == "pdf" else made.docx(today())
    name = f"{found.reference}-{code}.{ending}".lower()
    return send_file(BytesIO(content), MIMETYPES[ending], as_attachment=True, download_name=name)
