"""The doors of the elements that an analysis looks at, with their coverage."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.editing import Edit
from governance.risks import parts, queries
from governance.risks.blueprint import blueprint
from governance.risks.forms import ElementForm
from governance.terms import terms
from governance.visitor import load, visitor
from models.permissions import Permission
from models.risks.analysis import Analysis
from models.risks.parts import Element
from models.risks.scenario import ScenarioElement
from models.rules import RuleBroken
from models.vocabulary import N_

INFRASTRUCTURE, SIDES = "infrastructure", ("virus", "intrusion", "disponibilite")
"""The family of elements of which HOP'EN P2.4-O4-A2 asks that each be looked at from three sides."""


class ElementEdit(Edit):
    """The form of an element, new or not."""

    FIELDS = ("name", "kind", "application_id", "note")

    def form(self) -> ElementForm:
        others = [(str(one.id), one.name) for one in self.others().values()]
        applications = queries.application_choices(self.record.analysis.establishment_id)
        return ElementForm(applications, others, data=self.saved())

    def others(self) -> dict[uuid.UUID, Element]:
        """The other elements of its analysis."""
        return {one.id: one for one in queries.elements(self.record.analysis) if one.id != self.record.id}

    def saved(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in (*self.FIELDS, "rests_on_id")}

    def fill(self, form: Any) -> None:
        """Raises RuleBroken for a name that another element bears, or a circle."""
        with session.no_autoflush:
            others = self.others()
            if any(one.name == form["name"].data for one in others.values()):
                raise RuleBroken("name", N_("Un autre élément de l’analyse porte ce nom."))
            self.record.rest_on(others.get(form["rests_on_id"].data))
            for name in self.FIELDS:
                setattr(self.record, name, form[name].data)


@blueprint.get("/<uuid:identity>/elements")
@requires(Permission.RISKS_READ)
def elements(identity: uuid.UUID) -> str:
    """The elements of an analysis by family, those that no scenario looks at in evidence."""
    analysis = load(Analysis, identity, Permission.RISKS_READ)
    found, known = queries.elements(analysis), terms()
    families = [
        (label, [one for one in found if known.facts("asset_types", one.kind).get("family") == code])
        for code, label in known.choices("asset_families")
    ]
    others = [one for one in found if not known.facts("asset_types", one.kind)]
    return render_template(
        "risks/elements.html",
        analysis=analysis,
        families=[*families, (_("Éléments propres à l’établissement"), others)],
        coverage=queries.coverage(analysis),
        to_examine=_to_examine(analysis, found),
        unseen=queries.bare_count(analysis),
        total=len(found),
        may_edit=analysis.is_draft and visitor().may(Permission.RISKS_EDIT, analysis),
    )


def _to_examine(analysis: Analysis, elements: list[Element]) -> dict[uuid.UUID, list[str]]:
    """The sides from which no scenario looks at an element of the infrastructure yet, by element."""
    known, seen = terms(), queries.examined(analysis)
    asked = [(code, known.label("scenario_categories", code)) for code in SIDES]
    technical = [one for one in elements if known.facts("asset_types", one.kind).get("family") == INFRASTRUCTURE]
    return {one.id: [label for code, label in asked if code not in seen.get(one.id, ())] for one in technical}


@blueprint.get("/<uuid:identity>/elements/nouveau")
@requires(Permission.RISKS_EDIT)
def start_element(identity: uuid.UUID) -> str:
    """A new element."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    return _page(analysis, None, _new(analysis).form())


@blueprint.post("/<uuid:identity>/elements/nouveau")
@requires(Permission.RISKS_EDIT)
def create_element(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Put an element under the eyes of the analysis."""
    edit = _new(load(Analysis, identity, Permission.RISKS_EDIT))
    form = edit.form()
    if not parts.create(edit, form):
        return _page(load(Analysis, identity, Permission.RISKS_EDIT), None, form), 422
    flash(_("Élément ajouté."), "success")
    return redirect(url_for("risks.elements", identity=identity), 303)


def _new(analysis: Analysis) -> ElementEdit:
    return ElementEdit(Element(id=uuid.uuid4(), analysis=analysis, analysis_id=analysis.id))


def _edit(identity: uuid.UUID) -> ElementEdit:
    return ElementEdit(parts.editable(Element, identity))


@blueprint.get("/elements/<uuid:identity>/modifier")
@requires(Permission.RISKS_EDIT)
def edit_element(identity: uuid.UUID) -> str:
    """The form of an element."""
    edit = _edit(identity)
    return _page(edit.record.analysis, edit.record, edit.fresh())


@blueprint.post("/elements/<uuid:identity>/modifier")
@requires(Permission.RISKS_EDIT)
def save_element(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Keep an element as typed; it never overwrites a colleague's unseen."""
    form = _edit(identity).form()
    status, conflict = parts.save(lambda: _edit(identity), form)
    one = _edit(identity).record
    if status != 303:
        return _page(one.analysis, one, form, conflict), status
    flash(_("Élément enregistré."), "success")
    return redirect(url_for("risks.elements", identity=one.analysis_id), 303)


@blueprint.post("/elements/<uuid:identity>/retirer")
@requires(Permission.RISKS_EDIT)
def remove_element(identity: uuid.UUID) -> Response | tuple[str, int]:
    """Take an element out of the analysis; scenarios stay, without it."""
    return parts.remove(_edit(identity).record, "risks.elements", _untie)


def _untie(element: Element) -> None:
    for other in session.scalars(select(Element).where(Element.rests_on_id == element.id)):
        other.rests_on = None
    for link in session.scalars(select(ScenarioElement).where(ScenarioElement.element_id == element.id)):
        session.delete(link)


def _page(analysis: Analysis, one: Element | None, form: Any, conflict: Any = None) -> str:
    return render_template("risks/edit_element.html", analysis=analysis, element=one, form=form, conflict=conflict)
