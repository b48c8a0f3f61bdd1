"""The report for the management: the pictures, the gravest risks, the plan, every scenario; as pdf, and what the docx
says alike."""

import datetime as dt
from collections.abc import Iterable
from io import BytesIO
from typing import IO, Any

from exports import pdf
from exports.risks import pictures
from exports.risks.dossier import TITLE, Dossier, frame
from exports.risks.pictures import chip, gravest, still_open
from exports.texts import day, printable
from models.plan import Action
from models.risks.scale import Scale
from models.risks.scenario import Scenario
from models.risks.words import Axis, Phase
from models.vocabulary import N_

HEADS = (
    N_("N°"), N_("Scénario"), N_("Brut"), N_("Actuel"), N_("Résiduel"), N_("Réponse"), N_("Responsable, échéance"),
)  # fmt: skip
MAPS, MOVES = N_("Cartes des risques"), N_("Du risque brut au risque résiduel")
GRAVEST, PLANNED, COVERED = N_("Les risques les plus graves"), N_("Le plan d’action"), N_("Couverture des éléments")
ACTION_HEADS = (N_("Action"), N_("Responsable"), N_("Échéance"), N_("État"))
COVER_HEADS = (N_("Élément"), N_("Scénarios"))
OVER_TIME = N_("Les actions dans le temps")


def facts(dossier: Dossier) -> list[tuple[str, int]]:
    """The figures at the head: (what is counted, how many)."""
    scale, scenarios = dossier.scale, still_open(dossier)
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
    return {
        "title": f"{TITLE} {analysis.reference} – {analysis.establishment.name}",
        "heading": printable(analysis.title),
        "author": printable(analysis.establishment.name),
        "group": printable(analysis.establishment.group.name),
        "mention": printable(dossier.mention),
        "frame": [(label, printable(words)) for label, words in frame(dossier) if words and label not in SAID_ABOVE],
        "facts": [(label, str(count)) for label, count in facts(dossier)],
        **pictures.told(dossier),
        "maps-title": MAPS,
        "legend": legend(scale),
        "moves-title": MOVES,
        "top-title": GRAVEST,
        "top-heads": HEADS,
        "top": _rows(gravest(dossier), scale),
        "actions-title": PLANNED,
        "actions-heads": ACTION_HEADS,
        "actions": [tuple(map(printable, action_line(one, dossier.on))) for one in dossier.actions],
        "months-title": OVER_TIME,
        "coverage-title": COVERED,
        "coverage-lead": coverage(dossier),
        "coverage-heads": COVER_HEADS,
        "groups": [
            {"title": axis.label, "rows": _rows(listed, scale)}
            for axis in Axis
            if (listed := [one for one in dossier.scenarios if one.axis is axis])
        ],
    }


def coverage(dossier: Dossier) -> str:
    """How many elements a scenario looks at, in a sentence."""
    total = len(dossier.elements)
    seen = sum(bool(dossier.covered[one.id]) for one in dossier.elements)
    return N_("{seen} éléments sur {total} sont regardés par un scénario au moins.").format(seen=seen, total=total)


def _rows(scenarios: Iterable[Scenario], scale: Scale) -> list[dict[str, Any]]:
    return [
        {
            "reference": one.reference,
            "title": printable(described(one)),
            **{phase.value: chip(one.level(phase, scale), scale) for phase in Phase},
            "answer": printable(answer(one)),
            "owner": printable(owner(one)),
        }
        for one in scenarios
    ]
