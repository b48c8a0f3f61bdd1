"""The positions' main doors: the list of job descriptions, a description, its making and the writing of its parts."""

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response
from wtforms import FieldList

from exports.listings import DESCRIPTIONS
from governance.database import session
from governance.doors import requires
from governance.editing import clash, is_overtaken
from governance.forms import apply
from governance.leaving import sent
from governance.lists import asked, paged, whole
from governance.positions import operations, queries
from governance.positions.access import load_description
from governance.positions.blueprint import blueprint
from governance.positions.forms import PLAIN, CopyForm, SectionForm, SeveralField, StartForm
from governance.positions.sections import BY_SLUG, SECTIONS, Section, slug_of
from governance.raised import raised
from governance.uploads import shelf
from governance.visitor import visitor
from models.base import today
from models.permissions import Permission
from models.positions.description import JobDescription
from models.positions.words import DescriptionStatus, JobKind, LineKind
from models.vocabulary import N_
from models.wording import filled
from seed.positions import model

Page = str | tuple[str, int] | Response


@blueprint.get("/")
@requires(Permission.POSITIONS_READ)
def index() -> str:
    """The job descriptions: filtered, sorted and paged by the address."""
    page = paged(queries.listed(visitor(), request.args), queries.SORTS, "intitule", queries.lines)
    return render_template(
        "positions/index.html",
        page=page,
        kinds=JobKind,
        statuses=DescriptionStatus,
        vacancies=queries.vacancies(visitor(), today()),
    )


@blueprint.post("/exporter")
@requires(Permission.POSITIONS_EDIT)
def export_descriptions() -> Response:
    """The job descriptions that the list shows, as a workbook."""
    args = asked()
    ids = queries.listed(visitor(), args).where(visitor().sees(JobDescription, Permission.POSITIONS_EDIT))
    found = whole(ids, queries.SORTS, "intitule", queries.lines, args)
    return sent(DESCRIPTIONS, found, N_("les fiches de poste"), "fiches-de-poste")


@blueprint.get("/modeles")
@requires(Permission.POSITIONS_READ)
def show_models() -> str:
    """What our models hold, with where each rule comes from and how sure that is."""
    return render_template("positions/models.html", model=model())


@blueprint.get("/<uuid:identity>")
@requires(Permission.POSITIONS_READ)
def show(identity: uuid.UUID) -> str:
    """One description: its text, what it lacks, its versions, who holds the post."""
    description = load_description(identity, Permission.POSITIONS_READ, JobDescription.whole())
    mine = visitor().may_read(description)
    return render_template(
        "positions/show.html",
        description=description,
        sections=SECTIONS,
        slug_of=slug_of,
        fill=lambda text: filled(text, description.values()),
        versions=queries.versions(description),
        holders=queries.nominated_with(description, today()),
        copying=CopyForm(title=_("Copie de %(title)s", title=description.title)[:200]),
        pieces=shelf(description) if mine else None,
        raised=raised(description) if mine else None,
    )


@blueprint.get("/nouvelle")
@requires(Permission.POSITIONS_EDIT)
def start() -> str:
    """Where a new description comes from."""
    here = visitor().establishment
    return render_template("positions/start.html", form=StartForm(place=str(here.id) if here else None, origin="dpo"))


@blueprint.post("/nouvelle")
@requires(Permission.POSITIONS_EDIT)
def create() -> Page:
    """A description in preparation from what was chosen."""
    form = StartForm()
    if not form.sent():
        return render_template("positions/start.html", form=form), 422
    description = operations.begin(visitor(), form)
    flash(_("La fiche « %(title)s » est en préparation.", title=description.title), "success")
    return redirect(url_for("positions.show", identity=description.id), 303)


@blueprint.post("/<uuid:identity>/copier")
@requires(Permission.POSITIONS_EDIT)
def copy(identity: uuid.UUID) -> Page:
    """Another description in preparation with the whole text of this one."""
    description = load_description(identity, Permission.POSITIONS_EDIT, JobDescription.whole())
    form = CopyForm()
    if not form.sent():
        return render_template("positions/copy.html", description=description, form=form), 422
    twin = operations.copy(visitor(), description, str(form.title.data))
    flash(_("La copie est en préparation."), "success")
    return redirect(url_for("positions.show", identity=twin.id), 303)


# The parts


def _editable(identity: uuid.UUID) -> JobDescription:
    return load_description(identity, Permission.POSITIONS_EDIT, JobDescription.whole())


@blueprint.get("/<uuid:identity>/modifier/<string(maxlength=20):slug>")
@requires(Permission.POSITIONS_EDIT)
def edit(identity: uuid.UUID, slug: str) -> str:
    """The form of one part."""
    section, description = BY_SLUG.get(slug) or abort(404), _editable(identity)
    return _edit_page(description, section, _filled(section, description))


def _filled(section: Section, description: JobDescription) -> SectionForm:
    """The form of a part with what is kept."""
    kept: dict[str, Any] = {}
    for name, field in vars(section.form()).items():
        if isinstance(field, FieldList):
            kept[name] = description.of(LineKind(name))
        elif isinstance(field, SeveralField):
            kept[name] = [str(place.establishment_id) for place in description.places]
        elif name in {kind.value for kind in PLAIN}:
            kept[name] = "\n".join(line.text for line in description.of(LineKind(name)))
    return section.form(formdata=None, obj=description, data=kept)


@blueprint.post("/<uuid:identity>/modifier/<string(maxlength=20):slug>")
@requires(Permission.POSITIONS_EDIT)
def save(identity: uuid.UUID, slug: str) -> Page:
    """Keep a part as typed; it never overwrites a colleague unseen."""
    section, description = BY_SLUG.get(slug) or abort(404), _editable(identity)
    form = section.form()
    if form.rearrange():
        return _edit_page(description, section, form), 422
    if not form.sent():
        return _edit_page(description, section, form), 422
    if is_overtaken(form, description):
        return _conflict_page(description, section, form)
    if not apply(form, lambda: operations.save(visitor(), description, form)):
        return _edit_page(description, section, form), 422
    try:
        session.flush()
    except StaleDataError:
        session.rollback()
        return _conflict_page(_editable(identity), section, form)
    flash(_("« %(title)s » : c’est enregistré.", title=_(section.title)), "success")
    return redirect(_after_saving(description, section), 303)


def _after_saving(description: JobDescription, section: Section) -> str:
    """The next part when she asked for it, else the description."""
    if request.form.get("puis") == "suivante" and section is not SECTIONS[-1]:
        following = SECTIONS[SECTIONS.index(section) + 1]
        return url_for("positions.edit", identity=description.id, slug=following.slug)
    return url_for("positions.show", identity=description.id) + f"#{section.slug}"


def _edit_page(
    description: JobDescription, section: Section, form: SectionForm, conflict: dict[str, Any] | None = None
) -> str:
    return render_template(
        "positions/edit.html",
        description=description,
        section=section,
        sections=SECTIONS,
        form=form,
        conflict=conflict,
    )


def _conflict_page(description: JobDescription, section: Section, form: SectionForm) -> tuple[str, int]:
    """Somebody saved meanwhile: her text stays in the form, beside what differs from it, and she decides."""
    form.revision.data = str(description.revision)
    form.revision.raw_data = None
    found = clash(description, _filled(section, description), form)
    return _edit_page(description, section, form, conflict=found), 409
