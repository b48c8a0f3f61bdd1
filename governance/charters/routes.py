"""The charters' main doors: the list, a charter, its making and the writing of its text."""

import uuid
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from governance.charters import operations, queries
from governance.charters.access import load_charter, reading_places
from governance.charters.blueprint import blueprint
from governance.charters.editing import EDITS, CharterEdit, SectionEdit
from governance.charters.forms import CopyForm, NewForm, SectionForm
from governance.database import session
from governance.doors import requires
from governance.editing import keep
from governance.forms import apply
from governance.lists import paged
from governance.visitor import visitor
from models.base import now, today
from models.charters.charter import Charter
from models.charters.exact import inner, populations
from models.charters.parts import CharterSection
from models.charters.text import content_of
from models.charters.verification import Verification
from models.charters.words import CharterKind, CharterStatus, SectionKind
from models.permissions import Permission
from seed.charters import model

MAX_SECTIONS = 200
VERSION_TO_COME = {"numero_version": "…", "date_entree_vigueur": "…", "resume_changements": "…"}


@blueprint.get("/")
@requires(Permission.CHARTERS_READ)
def index() -> str:
    """The list: filtered, sorted and paged by the address."""
    page = paged(queries.listed(visitor(), request.args), queries.SORTS, "titre", details=queries.lines)
    here = visitor().sees(Verification, Permission.CHARTERS_READ)
    return render_template(
        "charters/index.html",
        page=page,
        statuses=CharterStatus,
        kinds=CharterKind,
        due=queries.due(here),
        unchecked=queries.UNCHECKED,
        places=[(place.code, place.name) for place in reading_places(visitor())],
        today=today(),
    )


@blueprint.get("/<uuid:identity>")
@requires(Permission.CHARTERS_READ)
def show(identity: uuid.UUID) -> str:
    """One charter: its text in preparation, what it still lacks, its versions."""
    charter = load_charter(identity, Permission.CHARTERS_READ, Charter.whole())
    return render_template(
        "charters/show.html",
        charter=charter,
        kinds=SectionKind,
        parts={kind: [one for one in charter.sections if one.kind is kind] for kind in SectionKind},
        whom=populations,
        versions=queries.versions(charter),
        consulted=queries.consultations(charter, charter.next_number),
        copying=CopyForm(title=_("Copie de %(title)s", title=charter.title)[:200]),
        today=today(),
    )


@blueprint.get("/modele")
@requires(Permission.CHARTERS_READ)
def show_model() -> str:
    """What the model holds, with where each rule comes from and how sure that is."""
    return render_template("charters/model.html", model=model(), whom=populations)


@blueprint.get("/<uuid:identity>/apercu")
@requires(Permission.CHARTERS_READ)
def preview(identity: uuid.UUID) -> str:
    """The text in preparation exactly as it will be read."""
    charter = load_charter(identity, Permission.CHARTERS_READ, Charter.whole())
    content = content_of(charter, VERSION_TO_COME)
    text = Markup("\n".join(inner(content)))  # noqa: S704 -- each text in it was escaped
    helpers = {
        kind: [one for one in content["sections"] if one["kind"] == kind]
        for kind in (SectionKind.SHORT, SectionKind.EASY)
    }
    return render_template("charters/preview.html", charter=charter, text=text, helpers=helpers)


@blueprint.get("/nouvelle")
@requires(Permission.CHARTERS_EDIT)
def start() -> str:
    """Where a new charter comes from: the model, a PDF, or nothing; a copy starts from the charter itself."""
    here = visitor().establishment
    form = NewForm(title=_("Charte d’accès et d’usage du système d’information"), place=str(here.id) if here else None)
    return render_template("charters/start.html", form=form)


@blueprint.post("/nouvelle")
@requires(Permission.CHARTERS_EDIT)
def create() -> Response | tuple[str, int]:
    """A charter in preparation from what was chosen."""
    form, made = NewForm(), []
    if not form.sent() or not apply(form, lambda: made.append(operations.begin(visitor(), form))):
        return render_template("charters/start.html", form=form), 422
    flash(_("La charte « %(title)s » est en préparation.", title=made[0].title), "success")
    return redirect(url_for("charters.show", identity=made[0].id), 303)


@blueprint.post("/<uuid:identity>/copier")
@requires(Permission.CHARTERS_EDIT)
def copy(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Another charter in preparation with all the text of this one."""
    charter, form = load_charter(identity, Permission.CHARTERS_EDIT, Charter.whole()), CopyForm()
    if not form.sent():
        return render_template("charters/copy.html", charter=charter, form=form), 422
    twin = operations.copy(visitor(), charter, str(form.title.data))
    flash(_("La copie est en préparation."), "success")
    return redirect(url_for("charters.show", identity=twin.id), 303)


# One form on a part of the charter


def _page(edit: CharterEdit, form: Any, conflict: dict[str, Any] | None = None) -> str:
    return render_template("charters/edit.html", charter=edit.charter, edit=edit, form=form, conflict=conflict)


def _kept(make: Any, form: Any) -> Response | tuple[str, int]:
    status, conflict = keep(visitor(), make, form)
    if status != 303:
        return _page(make(), form, conflict), status
    edit = make()
    flash(_("« %(title)s » : c’est enregistré.", title=_(edit.title)), "success")
    return redirect(
        url_for("charters.show", identity=edit.charter.id) + (f"#{edit.anchor}" if edit.anchor else ""), 303
    )


def _edit(identity: uuid.UUID, slug: str) -> CharterEdit:
    kind = EDITS.get(slug) or abort(404)
    charter = load_charter(identity, Permission.CHARTERS_EDIT, Charter.whole())
    if slug == "document" and not charter.is_uploaded:
        abort(404)
    return kind(charter)


@blueprint.get("/<uuid:identity>/modifier/<string(maxlength=20):slug>")
@requires(Permission.CHARTERS_EDIT)
def edit(identity: uuid.UUID, slug: str) -> str:
    """The form of the settings, choices, blanks, sentences or document."""
    found = _edit(identity, slug)
    return _page(found, found.fresh())


@blueprint.post("/<uuid:identity>/modifier/<string(maxlength=20):slug>")
@requires(Permission.CHARTERS_EDIT)
def save(identity: uuid.UUID, slug: str) -> Response | tuple[str, int]:
    """Keep such a form; it never overwrites a colleague unseen."""
    form = _edit(identity, slug).form()
    return _kept(lambda: _edit(identity, slug), form)


# The sections


def _section(identity: uuid.UUID, part: uuid.UUID) -> SectionEdit:
    charter = load_charter(identity, Permission.CHARTERS_EDIT, Charter.whole())
    section = next((one for one in charter.sections if one.id == part), None) or abort(404)
    return SectionEdit(charter, section)


@blueprint.get("/<uuid:identity>/articles/<uuid:part>")
@requires(Permission.CHARTERS_EDIT)
def edit_section(identity: uuid.UUID, part: uuid.UUID) -> str:
    """The form of an article or another section."""
    found = _section(identity, part)
    return _page(found, found.fresh())


@blueprint.post("/<uuid:identity>/articles/<uuid:part>")
@requires(Permission.CHARTERS_EDIT)
def save_section(identity: uuid.UUID, part: uuid.UUID) -> Response | tuple[str, int]:
    """Keep a section as typed."""
    form = _section(identity, part).form()
    return _kept(lambda: _section(identity, part), form)


@blueprint.get("/<uuid:identity>/articles/nouveau")
@requires(Permission.CHARTERS_EDIT)
def start_section(identity: uuid.UUID) -> str:
    """The empty form of a section."""
    charter = load_charter(identity, Permission.CHARTERS_EDIT)
    asked = request.args.get("partie", "")
    kind = SectionKind(asked) if asked in SectionKind.__members__.values() else SectionKind.ARTICLE
    return render_template("charters/section.html", charter=charter, form=SectionForm(kind=kind, seen="-"))


@blueprint.post("/<uuid:identity>/articles/nouveau")
@requires(Permission.CHARTERS_EDIT)
def create_section(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Add a section after the last of its kind."""
    charter, form = load_charter(identity, Permission.CHARTERS_EDIT, Charter.whole()), SectionForm()
    ready = form.sent()
    if ready and len(charter.sections) >= MAX_SECTIONS:
        form.form_errors.append(_("Une charte a au plus %(max)s parties.", max=MAX_SECTIONS))
        ready = False
    if not ready or not apply(form, lambda: charter.touch(visitor().name, now())):
        return render_template("charters/section.html", charter=charter, form=form), 422
    section = CharterSection(**{name: form[name].data for name in SectionEdit.NAMES})
    operations.add_section(charter, section)
    session.flush()
    flash(_("« %(title)s » est ajouté au texte.", title=section.journal_title()), "success")
    return redirect(url_for("charters.show", identity=charter.id) + f"#partie-{section.id}", 303)


@blueprint.post("/<uuid:identity>/articles/<uuid:part>/retirer")
@requires(Permission.CHARTERS_EDIT)
def remove_section(identity: uuid.UUID, part: uuid.UUID) -> Response | tuple[str, int]:
    """Take a section out of the text; the journal keeps it."""
    found = _section(identity, part)
    return _arranged(found, lambda: operations.remove_section(found.charter, found.section), "texte")


@blueprint.post("/<uuid:identity>/articles/<uuid:part>/deplacer")
@requires(Permission.CHARTERS_EDIT)
def move_section(identity: uuid.UUID, part: uuid.UUID) -> Response | tuple[str, int]:
    """Move a section up or down among those of its kind."""
    found = _section(identity, part)
    step = -1 if request.form.get("sens") == "haut" else 1
    return _arranged(found, lambda: operations.move_section(found.charter, found.section, step), found.anchor)


def _arranged(found: SectionEdit, arrange: Any, anchor: str) -> Response | tuple[str, int]:
    form = CopyForm(title="-")
    if not apply(form, lambda: found.charter.touch(visitor().name, now())):
        return render_template("charters/refused.html", charter=found.charter, reasons=form.form_errors), 422
    arrange()
    return redirect(url_for("charters.show", identity=found.charter.id) + f"#{anchor}", 303)


@blueprint.get("/<uuid:identity>/document")
@requires(Permission.CHARTERS_READ)
def draft_pdf(identity: uuid.UUID) -> Response:
    """The PDF in preparation, byte for byte."""
    charter = load_charter(identity, Permission.CHARTERS_READ)
    if charter.pdf is None:
        abort(404)
    return send_file(BytesIO(charter.pdf), "application/pdf", as_attachment=True, download_name=charter.pdf_name)
