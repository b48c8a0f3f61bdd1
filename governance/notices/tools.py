"""The tools that reach patients: their list, each with its edition, its places, what validated it, its checks."""

import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from exports.listings import TOOLS
from governance import files
from governance.database import session
from governance.doors import requires
from governance.forms import DayField, Form, NumberField, PlacedForm, apply, identity, paragraph, text, word, yes_no
from governance.leaving import sent
from governance.lists import asked, of_place, paged, whole
from governance.media import Unfit
from governance.notices.blueprint import blueprint
from governance.notices.fields import RevisedForm, WordsField, keep
from governance.places import departments_of, home
from governance.raised import raised
from governance.uploads import file, shelf
from governance.visitor import Visitor, load, visitor
from models.base import today
from models.charters.words import Frequency
from models.consulting import GovernanceBody, Opinion
from models.notices.campaign import DiffusionCampaign
from models.notices.check import InformationCheck
from models.notices.diffusion import DiffusionProcedure
from models.notices.notice import PatientNotice
from models.notices.tool import InformationTool, ToolValidation
from models.notices.words import Language, Moment, ToolKind, ToolState
from models.permissions import Permission
from models.rules import RuleBroken
from models.search import matching
from models.vocabulary import N_
from seed.notices import model

READ, EDIT = Permission.NOTICES_READ, Permission.NOTICES_EDIT
Page = str | tuple[str, int] | Response
LATE, UNVALIDATED = "a-verifier", "a-valider"
SORTS = {
    "support": InformationTool.title,
    "nature": InformationTool.kind,
    "etat": InformationTool.state,
    "verification": InformationTool.next_check_on,
}


def notice_choices(establishment_id: uuid.UUID) -> list[tuple[str, str]]:
    """The notices of an establishment."""
    query = select(PatientNotice.id, PatientNotice.title).where(PatientNotice.establishment_id == establishment_id)
    return [(str(row.id), row.title) for row in session.execute(query.order_by(PatientNotice.title))]


class ToolForm(PlacedForm, RevisedForm):
    """What a tool is, where and when patients meet it, who answers for it."""

    offered: ClassVar[dict[str, Any]] = {"notice_id": notice_choices, "department_id": departments_of}

    title = text(lazy_gettext("Support"), required=True)
    kind = word(lazy_gettext("Nature"), ToolKind, required=True)
    state = word(lazy_gettext("État"), ToolState, required=True)
    edition = text(lazy_gettext("Version"), required=True, description=lazy_gettext("Par exemple « 3, mars 2026 »."))
    issued_on = DayField(lazy_gettext("Date de la version"))
    notice_id = identity(lazy_gettext("Notice reproduite"), list)
    languages = WordsField(lazy_gettext("Langues"), Language)
    is_easy = yes_no(lazy_gettext("Une version facile à lire existe"))
    places = paragraph(
        lazy_gettext("Lieux de diffusion"), rows=3, limit=4000, description=lazy_gettext("Un lieu par ligne.")
    )
    moments = WordsField(lazy_gettext("Moments de diffusion"), Moment)
    department_id = identity(lazy_gettext("Service responsable"), list)
    service = text(lazy_gettext("Service, s’il n’est pas dans la liste"))
    stock = NumberField(lazy_gettext("Exemplaires en stock"))
    frequency = word(lazy_gettext("Périodicité des vérifications"), Frequency)
    next_check_on = DayField(lazy_gettext("Prochaine vérification"))
    notes = paragraph(lazy_gettext("Observations"), rows=2, limit=4000)


FIELDS = (
    "title", "kind", "state", "edition", "issued_on", "notice_id", "languages", "is_easy", "places", "moments",
    "department_id", "service", "stock", "frequency", "next_check_on", "notes",
)  # fmt: skip


class ValidationForm(Form):
    """Who validated which edition, and the document that shows it."""

    edition = text(lazy_gettext("Version"), required=True)
    body = word(lazy_gettext("Instance"), GovernanceBody, required=True)
    body_name = text(lazy_gettext("Nom de l’instance, si elle n’est pas dans la liste"))
    held_on = DayField(lazy_gettext("Date"), required=True)
    opinion = word(lazy_gettext("Avis"), Opinion, required=True)
    minutes = text(lazy_gettext("Référence du procès-verbal"))
    document = file(
        lazy_gettext("Document validé"),
        ("pdf",),
        required=True,
        description=lazy_gettext("Un PDF, 25 Mo au plus : il fait foi et ne se retire plus."),
    )


# Lists


def listed(who: Visitor, args: Any) -> Select[Any]:
    """The identities of the tools that she reads and that the filters of `args` keep."""
    return select(InformationTool.id).where(who.sees(InformationTool, READ), *_kept(args))


def _kept(args: Any) -> Iterator[ColumnElement[bool]]:
    yield from of_place(InformationTool, args)
    if typed := args.get("q", "").strip():
        yield matching(InformationTool.words, typed[:200])
    if args.get("nature") in ToolKind.__members__.values():
        yield InformationTool.kind == ToolKind(args["nature"])
    asked = args.get("etat", "")
    if asked in ToolState.__members__.values():
        yield InformationTool.state == ToolState(asked)
    elif asked != "tous":
        yield InformationTool.state != ToolState.WITHDRAWN
    questions = {LATE: InformationTool.late(today()), UNVALIDATED: InformationTool.unvalidated()}
    if args.get("montrer") in questions:
        yield questions[args["montrer"]]


def _lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, InformationTool]:
    query = select(InformationTool).options(
        joinedload(InformationTool.establishment),
        joinedload(InformationTool.department),
        selectinload(InformationTool.validations),
    )
    return {one.id: one for one in session.scalars(query.where(InformationTool.id.in_(ids)))}


@blueprint.get("/supports")
@requires(READ)
def tools() -> str:
    """The inventory of what informs patients."""
    page = paged(listed(visitor(), request.args), SORTS, "support", details=_lines)
    return render_template(
        "notices/tools.html",
        page=page,
        kinds=ToolKind,
        states=ToolState,
        questions=[(LATE, _("À vérifier")), (UNVALIDATED, _("À faire valider"))],
        today=today(),
    )


@blueprint.post("/supports/exporter")
@requires(EDIT)
def export_tools() -> Response:
    """The tools that the list shows, as a workbook."""
    args = asked()
    ids = listed(visitor(), args).where(visitor().sees(InformationTool, EDIT))
    found = whole(ids, SORTS, "support", _lines, args)
    return sent(TOOLS, found, N_("les supports d’information"), "supports")


@blueprint.get("/supports/<uuid:identity>")
@requires(READ)
def tool(identity: uuid.UUID) -> str:
    """One tool: its edition, what validated it, what it should hold, its checks, its proofs."""
    found = load(InformationTool, identity, READ)
    checks = select(InformationCheck).where(InformationCheck.tool_id == found.id)
    procedures = select(DiffusionProcedure).where(DiffusionProcedure.tool_id == found.id)
    campaigns = select(DiffusionCampaign).where(DiffusionCampaign.tool_id == found.id)
    return render_template(
        "notices/tool.html",
        tool=found,
        advice=next(row for row in model()["tools"] if row["code"] == found.kind.value),
        procedures=session.scalars(procedures.order_by(DiffusionProcedure.created_at)).all(),
        campaigns=session.scalars(
            campaigns.order_by(DiffusionCampaign.starts_on.desc())
            .limit(12)
            .options(selectinload(DiffusionCampaign.counts))
        ).all(),
        checks=session.scalars(checks.order_by(InformationCheck.checked_on.desc()).limit(20)).all(),
        languages=Language,
        moments=Moment,
        raised=raised(found),
        pieces=shelf(found),
        today=today(),
    )


# Making


@blueprint.get("/supports/nouveau")
@requires(EDIT)
def start_tool() -> str:
    """The form of a tool."""
    place, tongues = home(EDIT), [Language.FRENCH.value]
    return _page(None, ToolForm(place.id if place else None, state=ToolState.IN_USE, languages=tongues))


@blueprint.post("/supports/nouveau")
@requires(EDIT)
def create_tool() -> Page:
    """Put a tool in the inventory of one establishment."""
    place = home(EDIT) or abort(404)
    form = ToolForm(place.id)
    made = InformationTool(establishment_id=place.id)
    if not form.sent() or not apply(form, lambda: _fill(made, form)):
        return _page(None, form), 422
    session.add(made)
    session.flush()
    return _kept_tool(made)


def _fill(made: InformationTool, form: ToolForm) -> None:
    for name in FIELDS:
        setattr(made, name, form[name].data)
    if made.state is ToolState.IN_USE and not made.places and made.kind not in (ToolKind.WEBSITE, ToolKind.PORTAL):
        raise RuleBroken("places", _("Dites où les patients trouvent ce support."))


def _kept_tool(made: InformationTool) -> Response:
    flash(_("« %(title)s » est enregistré.", title=made.title), "success")
    return redirect(url_for("notices.tool", identity=made.id), 303)


@blueprint.get("/supports/<uuid:identity>/modifier")
@requires(EDIT)
def edit_tool(identity: uuid.UUID) -> str:
    """The form of a tool."""
    found = load(InformationTool, identity, EDIT)
    return _page(found, ToolForm(found.establishment_id, formdata=None, obj=found))


@blueprint.post("/supports/<uuid:identity>/modifier")
@requires(EDIT)
def save_tool(identity: uuid.UUID) -> Page:
    """Keep a tool as typed, unless a colleague saved it meanwhile."""
    found = load(InformationTool, identity, EDIT)
    form = ToolForm(found.establishment_id)
    status = keep(form, found, lambda: _fill(found, form))
    if status != 303:
        return _page(load(InformationTool, identity, EDIT), form, conflict=status == 409), status
    return _kept_tool(found)


def _page(found: InformationTool | None, form: ToolForm, *, conflict: bool = False) -> str:
    return render_template(
        "notices/edit_tool.html",
        tool=found,
        form=form,
        conflict=conflict,
        home=home(EDIT),
        places=visitor().places(EDIT),
    )


# Validation


@blueprint.get("/supports/<uuid:identity>/valider")
@requires(EDIT)
def start_validation(identity: uuid.UUID) -> str:
    """The trace of a validation of the present edition."""
    found = load(InformationTool, identity, EDIT)
    form = ValidationForm(edition=found.edition, held_on=today())
    return render_template("notices/validate_tool.html", tool=found, form=form)


@blueprint.post("/supports/<uuid:identity>/valider")
@requires(EDIT)
def validate_tool(identity: uuid.UUID) -> Page:
    """Record what a body said of an edition, with the document it saw."""
    found, form = load(InformationTool, identity, EDIT), ValidationForm()
    if not form.sent() or not apply(form, lambda: _validate(found, form)):
        session.rollback()
        return render_template("notices/validate_tool.html", tool=load(InformationTool, identity, EDIT), form=form), 422
    flash(_("La validation est enregistrée, avec son document."), "success")
    return redirect(url_for("notices.tool", identity=found.id), 303)


def _validate(found: InformationTool, form: ValidationForm) -> None:
    names = ("edition", "body", "held_on", "opinion", "minutes")
    made = ToolValidation(**{name: form[name].data for name in names}, body_name=form.body_name.data or "")
    made.recorded_by = visitor().name
    made.check(today())
    title = f"{made.edition} : {made.body_label}"[:200]
    try:
        files.attach(found, form.document.uploads[0], who=visitor(), title=title, kept=True)
    except Unfit as unfit:
        raise RuleBroken("document", str(unfit)) from unfit
    found.validations.append(made)
