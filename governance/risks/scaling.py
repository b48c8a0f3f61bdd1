"""Changing the scale of an analysis: chosen or written, then shown with its effect on the ratings, then confirmed."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from governance.database import session
from governance.doors import requires
from governance.editing import mark
from governance.risks import queries
from governance.risks.blueprint import blueprint
from governance.risks.scenarios import refusal
from governance.visitor import load, visitor
from models.base import now
from models.permissions import Permission
from models.risks.analysis import OWN, Analysis
from models.risks.scale import MOST_LEVELS, Level, Scale, Step, Tone
from models.risks.scenario import Scenario
from models.risks.words import Phase
from models.rules import RuleBroken

LONGEST = 60


@dataclass
class Typed:
    """What the page shows of a scale: as it is, or as it was typed, with what is wrong by field."""

    matrix: str
    severities: str
    likelihoods: str
    levels: list[tuple[str, str, str]]
    grid: list[list[str]]
    wrong: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, matrix: str, scale: Scale) -> "Typed":
        """A scale as the page shows it."""
        levels = [(one.label, one.action, one.tone) for one in scale.levels]
        levels += [("", "", Tone.GRAVE.value)] * (MOST_LEVELS - len(levels))
        return cls(matrix, _lines(scale.severities), _lines(scale.likelihoods), levels,
                   [[str(cell) for cell in row] for row in scale.grid])  # fmt: skip

    @classmethod
    def sent(cls) -> "Typed":
        """What was typed."""
        form = request.form
        severities, likelihoods = form.get("severities", "")[:4000], form.get("likelihoods", "")[:4000]
        levels = [
            (form.get(f"level-{place}", "").strip()[:LONGEST], form.get(f"action-{place}", "").strip()[:200],
             form.get(f"tone-{place}", Tone.MEDIUM.value))
            for place in range(1, MOST_LEVELS + 1)
        ]  # fmt: skip
        across, down = len(_steps(severities)), len(_steps(likelihoods))
        grid = [[form.get(f"cell-{v}-{g}", "") for g in range(1, across + 1)] for v in range(1, down + 1)]
        return cls(form.get("matrix", "")[:40], severities, likelihoods, levels, grid)

    def scale(self) -> Scale:
        """The scale that it makes. Raises RuleBroken on the field to mend."""
        if self.matrix != OWN:
            if self.matrix not in dict(queries.matrix_choices()):
                raise RuleBroken("matrix", _("Choisissez une échelle de la liste."))
            return queries.scale_named(self.matrix)
        levels = tuple(Level(label, action, tone) for label, action, tone in self.levels if label)
        if any(tone not in Tone.__members__.values() for _label, _action, tone in self.levels):
            raise RuleBroken("levels", _("Choisissez une couleur de la liste."))
        grid = tuple(tuple(int(cell) if cell.isdecimal() and len(cell) < 3 else 0 for cell in row) for row in self.grid)
        made = Scale(_steps(self.severities), _steps(self.likelihoods), levels, grid)
        made.check()
        return made


def _lines(steps: Sequence[Step]) -> str:
    return "\n".join(f"{one.label} : {one.description}" if one.description else one.label for one in steps)


def _steps(typed: str) -> tuple[Step, ...]:
    """One step per line, « name : what it means »."""
    found = []
    for line in filter(None, map(str.strip, typed.splitlines()[:20])):
        label, _colon, description = line.partition(" : ")
        found.append(Step(label.strip()[:LONGEST], description.strip()[:300]))
    return tuple(found)


@dataclass(frozen=True)
class Effect:
    """What a scale would do to the ratings: by phase, how many scenarios go from a level to another."""

    moves: dict[Phase, Counter[tuple[int, int]]]
    changed: list[tuple[Scenario, int, int]]
    shifted: int


def _effect(analysis: Analysis, scale: Scale) -> Effect:
    old = analysis.scale
    scenarios = list(
        session.scalars(select(Scenario).where(Scenario.analysis_id == analysis.id).order_by(Scenario.number))
    )
    moves: dict[Phase, Counter[tuple[int, int]]] = {phase: Counter() for phase in Phase}
    changed, shifted = [], 0
    for one in scenarios:
        carried = {phase: old.carried(*one.rating(phase), scale) for phase in Phase}
        for phase, rating in carried.items():
            before, after = old.level(*one.rating(phase)), scale.level(*rating)
            if before and after:
                moves[phase][before, after] += 1
        shifted += any(rating != one.rating(phase) for phase, rating in carried.items())
        before = one.present_level(old)
        after = scale.level(*carried[Phase.CURRENT]) or scale.level(*carried[Phase.INHERENT])
        if before and after and (before != after if old.top == scale.top else before / old.top != after / scale.top):
            changed.append((one, before, after))
    return Effect(moves, changed, shifted)


@blueprint.get("/<uuid:identity>/echelle")
@requires(Permission.RISKS_EDIT)
def scale(identity: uuid.UUID) -> str:
    """The scale of an analysis, and what may replace it."""
    analysis = load(Analysis, identity, Permission.RISKS_EDIT)
    return _page(analysis, Typed.of(analysis.matrix, analysis.scale))


@blueprint.post("/<uuid:identity>/echelle")
@requires(Permission.RISKS_EDIT)
def rescale(identity: uuid.UUID) -> Response | str | tuple[str, int]:
    """Show what a scale would do to the ratings; the same, confirmed as it was shown, does it."""
    analysis, typed = load(Analysis, identity, Permission.RISKS_EDIT), Typed.sent()
    try:
        analysis.check_open()
        wanted = typed.scale()
    except RuleBroken as broken:
        typed.wrong[broken.field] = _(broken.message)
        return _page(analysis, typed), 422
    if request.form.get("faire") != "confirmer":
        return _page(analysis, typed, wanted)
    if request.form.get("seen") != _seen(analysis, wanted):
        typed.wrong[""] = _("L’échelle ou l’analyse a changé depuis cet aperçu : relisez-le avant de confirmer.")
        return _page(analysis, typed, wanted), 409
    try:
        _apply(analysis, typed.matrix, wanted)
        session.flush()
    except StaleDataError as stale:
        session.rollback()
        typed.wrong[""] = refusal(stale)
        return _page(load(Analysis, identity, Permission.RISKS_EDIT), typed, wanted), 409
    flash(_("L’échelle est changée."), "success")
    return redirect(url_for("risks.show", identity=identity), 303)


def _seen(analysis: Analysis, wanted: Scale) -> str:
    """What a preview showed: the scale, on the ratings as they were."""
    rated = select(Scenario.id, Scenario.revision).where(Scenario.analysis_id == analysis.id).order_by(Scenario.id)
    ratings = [[str(row.id), row.revision] for row in session.execute(rated)]
    return mark({"scale": wanted.data(), "was": analysis.scale_data, "ratings": ratings})


def _apply(analysis: Analysis, matrix: str, wanted: Scale) -> None:
    old, at, who = analysis.scale, now(), visitor().name
    found = list(session.scalars(select(Scenario).where(Scenario.analysis_id == analysis.id)))
    with session.no_autoflush:
        for one in found:
            carried = {phase: old.carried(*one.rating(phase), wanted) for phase in Phase}
            if all(rating == one.rating(phase) for phase, rating in carried.items()):
                continue
            for phase, (severity, likelihood) in carried.items():
                setattr(one, f"{phase.value}_severity", severity)
                setattr(one, f"{phase.value}_likelihood", likelihood)
            one.touch(who, at)
        analysis.take_scale(matrix, wanted)
        analysis.touch(who, at)


def _page(analysis: Analysis, typed: Typed, wanted: Scale | None = None) -> str:
    effect = _effect(analysis, wanted) if wanted else None
    return render_template(
        "risks/scale.html",
        analysis=analysis,
        typed=typed,
        wanted=wanted,
        effect=effect,
        seen=_seen(analysis, wanted) if wanted else "",
        scale=analysis.scale,
        matrices=[*queries.matrix_choices(), (OWN, _("Échelle propre à l’établissement"))],
        names=([one.label for one in _steps(typed.severities)], [one.label for one in _steps(typed.likelihoods)]),
        tones=Tone,
        phases=Phase,
        matrix=queries.matrix_label(analysis),
    )
