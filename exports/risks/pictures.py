"""The pictures of a risk analysis as Typst draws them: on the pages of the pdf, and one by one for the docx."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exports import pdf
from exports.risks.dossier import Dossier
from exports.texts import printable
from models.risks.scale import Scale
from models.risks.scenario import Scenario
from models.risks.schedule import Month, schedule
from models.risks.words import Phase
from models.vocabulary import N_

TEMPLATE = pdf.TEMPLATES / "risks" / "drawn.typ"
COLORS = ("dcebe2", "eef0cf", "fbe3b0", "f6c3a0", "e89a94")
"""The colours of the levels, by the code of their tone: those of the screen in its light theme."""

TOP = 10
CHUNK = 50
"""How many elements one picture of the coverage takes."""

MONTH_HEADS = (N_("Mois"), N_("À faire pour ce mois"), N_("Faites ce mois"))
MOVES_SAID = N_(
    "Chaque trait va de la case du risque brut (cercle vide) à celle du risque résiduel (disque plein), d’autant plus "
    "épais qu’il porte de scénarios ; le tableau voisin les compte."
)
DESCENT_SAID = N_("Cercle vide : risque brut ; anneau épais : risque actuel ; disque plein : risque résiduel.")
MONTHS_SAID = N_("Barres par mois ; le tableau dessous en donne les nombres.")
COVERAGE_SAID = N_("Barres par élément ; le tableau dessous en donne les nombres.")

Moves = Counter[tuple[int, int, int, int]]


@dataclass(frozen=True)
class Map:
    """A heat map: `counts` by (severity, likelihood)."""

    title: str
    counts: Counter[tuple[int, int]]
    said: str


@dataclass(frozen=True)
class Drawn:
    """A picture in PNG, and what it says to those who do not see it."""

    png: bytes
    alt: str


def color(scale: Scale, level: int) -> str:
    """The colour of a level, as RRGGBB."""
    return COLORS[int(scale.levels[level - 1].tone)]


# What is counted


def still_open(dossier: Dossier) -> list[Scenario]:
    """The scenarios that are not closed."""
    return [one for one in dossier.scenarios if not one.closed_on]


def maps(dossier: Dossier) -> list[Map]:
    """The three heat maps of the open scenarios."""
    found = []
    scale, scenarios = dossier.scale, still_open(dossier)
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


def moves(dossier: Dossier) -> Moves:
    """How many scenarios go from each cell of the inherent rating to each cell of the residual one."""
    found: Moves = Counter()
    for one in still_open(dossier):
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

    rated = [one for one in still_open(dossier) if one.present_level(scale)]
    return sorted(rated, key=lambda one: (*(-part for part in weight(one)), one.number))[:TOP]


def months(dossier: Dossier) -> list[Month]:
    """The year around today, when the plan has a day in it."""
    found = schedule(dossier.actions, dossier.on)
    return found if any(one.due or one.done for one in found) else []


# As the templates read it


def told(dossier: Dossier) -> dict[str, Any]:
    """Every picture, as data of Typst."""
    scale = dossier.scale
    return {
        "maps": [_map(one, scale) for one in maps(dossier)],
        "moves": _moves(moves(dossier), scale),
        "descent": _descent(gravest(dossier), scale),
        "months-heads": MONTH_HEADS,
        "months-alt": MONTHS_SAID,
        "months": [{"label": one.label, "due": one.due, "done": one.done} for one in months(dossier)],
        "coverage": [(printable(one.name), dossier.covered[one.id]) for one in dossier.elements],
        "chunk": CHUNK,
    }


def drawn(dossier: Dossier) -> dict[str, list[Drawn]]:
    """The pictures of `told` as PNG, by its keys; one that would show nothing has none."""
    data = told(dossier)
    maps_said = " ; ".join(f"{one['title']} ({one['said']})" for one in data["maps"])
    alts = [("maps", maps_said)]
    alts += [("moves", MOVES_SAID)] if data["moves"]["arrows"] else []
    alts += [("descent", data["descent"]["alt"])] if data["descent"]["rows"] else []
    alts += [("months", MONTHS_SAID)] if data["months"] else []
    alts += [("coverage", COVERAGE_SAID)] * -(-len(data["coverage"]) // CHUNK)
    found: dict[str, list[Drawn]] = {name: [] for name in ("maps", "moves", "descent", "months", "coverage")}
    for (name, alt), png in zip(alts, pdf.pictures(TEMPLATE, data), strict=True):
        found[name].append(Drawn(png, alt))
    return found


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


def _moves(found: Moves, scale: Scale) -> dict[str, Any]:
    most = max(found.values(), default=1)
    by_level = _by_level(found, scale)
    return {
        "alt": MOVES_SAID,
        "across": len(scale.severities),
        "down": len(scale.likelihoods),
        "colors": [[color(scale, level) for level in row] for row in reversed(scale.grid)],
        "arrows": [
            (*cells, round(0.6 + 3 * count / most, 1)) for cells, count in found.items() if cells[:2] != cells[2:]
        ],
        "heads": [N_("Du niveau brut…"), *(N_("… à ") + level.label.lower() for level in scale.levels)],
        "rows": [
            {"level": chip(before, scale), "counts": [str(by_level[before, after] or "–") for after in _levels(scale)]}
            for before in reversed(_levels(scale))
        ]
        if found
        else [],
    }


def _descent(found: Sequence[Scenario], scale: Scale) -> dict[str, Any]:
    return {
        "alt": DESCENT_SAID,
        "levels": [chip(level, scale) for level in _levels(scale)],
        "rows": [{"reference": one.reference, "levels": [one.level(phase, scale) for phase in Phase]} for one in found],
    }


def _levels(scale: Scale) -> list[int]:
    return list(range(1, scale.top + 1))


def _by_level(found: Moves, scale: Scale) -> Counter[tuple[int, int]]:
    counts: Counter[tuple[int, int]] = Counter()
    for (a, b, c, d), count in found.items():
        counts[scale.level(a, b) or 0, scale.level(c, d) or 0] += count
    return counts


def chip(level: int | None, scale: Scale) -> dict[str, str] | None:
    """A level by its name and its colour."""
    return {"label": scale.levels[level - 1].label, "color": color(scale, level)} if level else None
