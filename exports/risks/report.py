"""The report for the management: the pictures, the gravest risks, the plan, every scenario; for docx and pdf alike."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from exports import pdf
from exports.documents import Document
from exports.risks.dossier import TITLE, Dossier, frame
from exports.texts import day, printable
from models.plan import Action
from models.risks.scale import Scale
from models.risks.scenario import Scenario
from models.risks.schedule import Month, schedule
from models.risks.words import Axis, Phase
from models.vocabulary import N_

COLORS = ("dcebe2", "eef0cf", "fbe3b0", "f6c3a0", "e89a94")
"""The colours of the levels, by the code of their tone: those of the screen in its light theme."""

TOP = 10

HEADS = (
    N_("N°"), N_("Scénario"), N_("Brut"), N_("Actuel"), N_("Résiduel"), N_("Réponse"), N_("Responsable, échéance"),
)  # fmt: skip
MAPS, MOVES = N_("Cartes des risques"), N_("Du risque brut au risque résiduel")
GRAVEST, PLANNED, COVERED = N_("Les risques les plus graves"), N_("Le plan d’action"), N_("Couverture des éléments")
ACTION_HEADS = (N_("Action"), N_("Responsable"), N_("Échéance"), N_("État"))
COVER_HEADS = (N_("Élément"), N_("Scénarios"))
OVER_TIME, MONTH_HEADS = N_("Les actions dans le temps"), (N_("Mois"), N_("À faire pour ce mois"), N_("Faites ce mois"))


@dataclass(frozen=True)
class Map:
    """A heat map: `counts` by (severity, likelihood)."""

    title: str
    counts: Counter[tuple[int, int]]
    said: str


def color(scale: Scale, level: int) -> str:
    """The colour of a level, as RRGGBB."""
    return COLORS[int(scale.levels[level - 1].tone)]


def maps(dossier: Dossier) -> list[Map]:
    """The three heat maps of the open scenarios."""
    found = []
    scale, scenarios = dossier.scale, _open(dossier)
    for phase in Phase:
        counts: Counter[tuple[int, int]] = Counter()
        for one in scenarios:
            severity, likelihood = one.rating(phase)
            if severity and likelihood:
                counts[severity, likelihood] += 1
        levels: Counter[int] = Counter()
        for cell, count in counts.items():
            levels[scale.level(*cell) or 0] += count
        said = " · ".join(f"{one.label} : {levels[place]}" for place, one in enumerate(scale.levels, 1))
        found.append(Map(N_("Risque ") + phase.label.lower(), counts, said))
    return found


def _open(dossier: Dossier) -> list[Scenario]:
    return [one for one in dossier.scenarios if not one.closed_on]


def moves(dossier: Dossier) -> Counter[tuple[int, int, int, int]]:
    """How many scenarios go from each cell of the inherent rating to each cell of the residual one."""
    found: Counter[tuple[int, int, int, int]] = Counter()
    for one in _open(dossier):
        (a, b), (c, d) = one.rating(Phase.INHERENT), one.rating(Phase.RESIDUAL)
        if a and b and c and d:
            found[a, b, c, d] += 1
    return found


def gravest(dossier: Dossier) -> list[Scenario]:
    """The gravest open scenarios, with the measures in place."""
    scale = dossier.scale

    def weight(one: Scenario) -> tuple[int, int, int]:
        severity, likelihood = one.rating(Phase.CURRENT)
        if severity is None:
            severity, likelihood = one.rating(Phase.INHERENT)
        return one.present_level(scale) or 0, severity or 0, likelihood or 0

    rated = [one for one in _open(dossier) if one.present_level(scale)]
    return sorted(rated, key=lambda one: (*(-part for part in weight(one)), one.number))[:TOP]


def facts(dossier: Dossier) -> list[tuple[str, int]]:
    """The figures at the head: (what is counted, how many)."""
    scale, scenarios = dossier.scale, _open(dossier)
    return [
        (N_("Scénarios"), len(dossier.scenarios)),
        (N_("Risques élevés"), sum(one.present_level(scale) == scale.top for one in scenarios)),
        (N_("Élevés sans réponse"), sum(one.lacks_answer(scale) for one in scenarios)),
        (N_("Risques acceptés"), sum(one.is_accepted for one in scenarios)),
        (N_("Actions en retard"), sum(one.is_late(dossier.on) for one in dossier.actions)),
        (N_("Éléments sans scénario"), sum(not dossier.covered[one.id] for one in dossier.elements)),
    ]


def answer(one: Scenario) -> str:
    """What is decided about a scenario, in a few lines."""
    lines = [one.treatment.label if one.treatment else ""]
    expected = [f"{measure.reference} {measure.title}" for measure in one.measures if measure.is_expected]
    lines += [*expected, one.planned_measures or ""]
    if one.accepted_by and one.accepted_on:
        lines.append(N_("Accepté par {who} le {day}").format(who=one.accepted_by, day=day(one.accepted_on)))
    return "\n".join(line for line in lines if line) or "–"


def owner(one: Scenario) -> str:
    """Who answers for it, and by when."""
    return "\n".join(filter(None, (one.owner_name, day(one.due_on) if one.due_on else ""))) or "–"


def described(one: Scenario) -> str:
    """The title of a scenario and what it threatens."""
    names = ", ".join(element.name for element in one.elements)
    return f"{one.title}\n{names}" if names else one.title


def legend(scale: Scale) -> str:
    """What the steps are called."""
    severities = ", ".join(f"G{place} {step.label.lower()}" for place, step in enumerate(scale.severities, 1))
    likelihoods = ", ".join(f"V{place} {step.label.lower()}" for place, step in enumerate(scale.likelihoods, 1))
    return f"{severities} ; {likelihoods}."


def action_line(one: Action, on: dt.date) -> tuple[str, str, str, str]:
    """An action in the plan of the report."""
    due = day(one.due_on) if one.due_on else "–"
    late = N_(" (en retard)") if one.is_late(on) else ""
    return one.title, one.owner_name or "–", due + late, one.state.label


# As pdf


def booklet(dossier: Dossier) -> IO[bytes]:
    """The report as an accessible PDF."""
    return BytesIO(pdf.render(TEMPLATE, told(dossier), dossier.at.replace(microsecond=0)))


SAID_ABOVE = frozenset({N_("Classification"), N_("Établissement"), N_("Titre")})
TEMPLATE = pdf.TEMPLATES / "risks" / "report.typ"


def told(dossier: Dossier) -> dict[str, Any]:
    """The report as the template reads it."""
    analysis, scale = dossier.analysis, dossier.scale
    covered = dossier.covered
    bare = sum(not covered[one.id] for one in dossier.elements)
    return {
        "title": f"{TITLE} {analysis.reference} – {analysis.establishment.name}",
        "heading": printable(analysis.title),
        "author": printable(analysis.establishment.name),
        "group": printable(analysis.establishment.group.name),
        "mention": printable(dossier.mention),
        "frame": [(label, printable(words)) for label, words in frame(dossier) if words and label not in SAID_ABOVE],
        "facts": [(label, str(count)) for label, count in facts(dossier)],
        "maps-title": MAPS,
        "maps": [_map(one, scale) for one in maps(dossier)],
        "legend": legend(scale),
        "moves": _moves(moves(dossier), scale),
        "top-title": GRAVEST,
        "top-heads": HEADS,
        "top": _rows(gravest(dossier), scale),
        "actions-title": PLANNED,
        "actions-heads": ACTION_HEADS,
        "actions": [tuple(map(printable, action_line(one, dossier.on))) for one in dossier.actions],
        "months-title": OVER_TIME,
        "months-heads": MONTH_HEADS,
        "months-alt": N_("Barres par mois ; le tableau dessous en donne les nombres."),
        "months": [{"label": one.label, "due": one.due, "done": one.done} for one in _months(dossier)],
        "coverage-title": COVERED,
        "coverage-lead": _coverage(len(dossier.elements), bare),
        "coverage-heads": COVER_HEADS,
        "coverage": [(printable(one.name), covered[one.id]) for one in dossier.elements],
        "groups": [
            {"title": axis.label, "rows": _rows(listed, scale)}
            for axis in Axis
            if (listed := [one for one in dossier.scenarios if one.axis is axis])
        ],
    }


def _months(dossier: Dossier) -> list[Month]:
    """The year around today, when the plan has a day in it."""
    found = schedule(dossier.actions, dossier.on)
    return found if any(one.due or one.done for one in found) else []


def _coverage(total: int, bare: int) -> str:
    return N_("{seen} éléments sur {total} sont regardés par un scénario au moins.").format(
        seen=total - bare, total=total
    )


def _map(one: Map, scale: Scale) -> dict[str, Any]:
    lines = [
        {
            "name": f"V{likelihood}",
            "cells": [
                {"count": str(one.counts[severity, likelihood] or ""), "color": color(scale, level)}
                for severity, level in enumerate(scale.grid[likelihood - 1], 1)
            ],
        }
        for likelihood in range(len(scale.likelihoods), 0, -1)
    ]
    across = [f"G{place}" for place in range(1, len(scale.severities) + 1)]
    return {"title": one.title, "corner": "V / G", "across": across, "lines": lines, "said": one.said}


def _moves(found: Counter[tuple[int, int, int, int]], scale: Scale) -> dict[str, Any]:
    most = max(found.values(), default=1)
    by_level = _by_level(found, scale)
    return {
        "title": MOVES,
        "alt": N_(
            "Chaque trait va de la case du risque brut à celle du risque résiduel ; le tableau voisin les compte."
        ),
        "across": len(scale.severities),
        "down": len(scale.likelihoods),
        "colors": [[color(scale, level) for level in row] for row in reversed(scale.grid)],
        "arrows": [
            (*cells, round(0.6 + 3 * count / most, 1)) for cells, count in found.items() if cells[:2] != cells[2:]
        ],
        "heads": [N_("Du niveau brut…"), *(N_("… à ") + level.label.lower() for level in scale.levels)],
        "rows": [
            {"level": _chip(before, scale), "counts": [str(by_level[before, after] or "–") for after in _levels(scale)]}
            for before in reversed(_levels(scale))
        ]
        if found
        else [],
    }


def _levels(scale: Scale) -> list[int]:
    return list(range(1, scale.top + 1))


def _by_level(found: Counter[tuple[int, int, int, int]], scale: Scale) -> Counter[tuple[int, int]]:
    counts: Counter[tuple[int, int]] = Counter()
    for (a, b, c, d), count in found.items():
        counts[scale.level(a, b) or 0, scale.level(c, d) or 0] += count
    return counts


def _chip(level: int | None, scale: Scale) -> dict[str, str] | None:
    return {"label": scale.levels[level - 1].label, "color": color(scale, level)} if level else None


def _rows(scenarios: Iterable[Scenario], scale: Scale) -> list[dict[str, Any]]:
    return [
        {
            "reference": one.reference,
            "title": printable(described(one)),
            **{phase.value: _chip(one.level(phase, scale), scale) for phase in Phase},
            "answer": printable(answer(one)),
            "owner": printable(owner(one)),
        }
        for one in scenarios
    ]


# As docx


def document(dossier: Dossier) -> IO[bytes]:
    """The report as docx, the matrices as coloured tables."""
    analysis, scale = dossier.analysis, dossier.scale
    heading = f"{TITLE} {analysis.reference}"
    made = Document(f"{heading} – {analysis.establishment.name}", analysis.establishment.name, heading, dossier.mention,
                    dossier.at)  # fmt: skip
    made.cover((analysis.establishment.group.name, analysis.establishment.name), analysis.title, dossier.mention)
    made.facts([(label, words) for label, words in frame(dossier) if words])
    made.facts([(label, str(count)) for label, count in facts(dossier)])
    made.page_break()
    made.heading(MAPS, 1)
    for one in maps(dossier):
        made.heading(one.title, 2, one.said)
        made.matrix(*_matrix(one, scale))
    made.paragraph(legend(scale), "Lead")
    found = moves(dossier)
    if found:
        made.heading(MOVES, 2)
        table = _moves(found, scale)
        rows = [([row["level"]["label"], *row["counts"]], "") for row in table["rows"]]
        made.table(table["heads"], (3,) + (2,) * scale.top, rows)
    _register(made, GRAVEST, gravest(dossier), scale)
    if dossier.actions:
        made.heading(PLANNED, 1)
        made.table(ACTION_HEADS, (5, 3, 2, 2), [(action_line(one, dossier.on), "") for one in dossier.actions])
    if months := _months(dossier):
        made.heading(OVER_TIME, 1)
        made.table(MONTH_HEADS, (3, 3, 3), [((one.label, str(one.due), str(one.done)), "") for one in months])
    covered = dossier.covered
    if dossier.elements:
        made.heading(COVERED, 1)
        made.paragraph(_coverage(len(dossier.elements), sum(not covered[one.id] for one in dossier.elements)), "Lead")
        made.table(COVER_HEADS, (8, 2), [((one.name, str(covered[one.id])), "") for one in dossier.elements])
    for axis in Axis:
        _register(made, axis.label, [one for one in dossier.scenarios if one.axis is axis], scale)
    return BytesIO(made.content())


def _matrix(one: Map, scale: Scale) -> tuple[list[str], list[tuple[str, list[tuple[str, str]]]]]:
    heads = ["V / G", *(f"G{place} {step.label}" for place, step in enumerate(scale.severities, 1))]
    lines = [
        (
            f"V{likelihood} {scale.likelihoods[likelihood - 1].label}",
            [
                (str(one.counts[severity, likelihood] or ""), color(scale, level).upper())
                for severity, level in enumerate(scale.grid[likelihood - 1], 1)
            ],
        )
        for likelihood in range(len(scale.likelihoods), 0, -1)
    ]
    return heads, lines


def _register(made: Document, title: str, scenarios: Sequence[Scenario], scale: Scale) -> None:
    if not scenarios:
        return
    made.heading(title, 1)
    made.table(HEADS, (6, 18, 7, 8, 9, 16, 14), [(_line(one, scale), "") for one in scenarios])


def _line(one: Scenario, scale: Scale) -> list[str]:
    levels = [one.level(phase, scale) for phase in Phase]
    shown = [scale.levels[level - 1].label if level else "–" for level in levels]
    return [one.reference, described(one), *shown, answer(one), owner(one)]
