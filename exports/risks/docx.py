"""The report for the management as docx: the pictures of the pdf, each beside its table."""

from collections.abc import Sequence
from io import BytesIO
from typing import IO

from exports.documents import Document
from exports.risks import report
from exports.risks.dossier import TITLE, Dossier, frame
from exports.risks.pictures import MONTH_HEADS, Drawn, Map, color, drawn, gravest, maps, months, told
from models.risks.scale import Scale
from models.risks.scenario import Scenario
from models.risks.words import Axis, Phase

WIDTH = 17
"""Centimetres between the margins."""


def document(dossier: Dossier) -> IO[bytes]:
    """The report as docx."""
    analysis, seen = dossier.analysis, drawn(dossier)
    heading = f"{TITLE} {analysis.reference}"
    made = Document(f"{heading} – {analysis.establishment.name}", analysis.establishment.name, heading, dossier.mention,
                    dossier.at)  # fmt: skip
    made.cover((analysis.establishment.group.name, analysis.establishment.name), analysis.title, dossier.mention)
    made.facts([(label, words) for label, words in frame(dossier) if words])
    made.facts([(label, str(count)) for label, count in report.facts(dossier)])
    made.page_break()
    _maps(made, dossier, seen)
    _gravest(made, dossier, seen["descent"])
    _plan(made, dossier, seen["months"])
    _coverage(made, dossier, seen["coverage"])
    for axis in Axis:
        _register(made, axis.label, [one for one in dossier.scenarios if one.axis is axis], dossier.scale)
    return BytesIO(made.content())


def _show(made: Document, pictures: Sequence[Drawn]) -> None:
    for one in pictures:
        made.picture(one.png, WIDTH, one.alt)


def _maps(made: Document, dossier: Dossier, seen: dict[str, list[Drawn]]) -> None:
    scale = dossier.scale
    made.heading(report.MAPS, 1)
    _show(made, seen["maps"])
    made.paragraph(report.legend(scale), "Lead")
    for one in maps(dossier):
        made.heading(one.title, 3, one.said)
        made.matrix(*_matrix(one, scale))
    table = told(dossier)["moves"]
    if table["rows"]:
        made.heading(report.MOVES, 2)
        _show(made, seen["moves"])
        rows = [([row["level"]["label"], *row["counts"]], "") for row in table["rows"]]
        made.table(table["heads"], (3,) + (2,) * scale.top, rows)


def _gravest(made: Document, dossier: Dossier, pictures: Sequence[Drawn]) -> None:
    if found := gravest(dossier):
        made.heading(report.GRAVEST, 1)
        _show(made, pictures)
        for one in pictures:
            made.paragraph(one.alt, "Lead")
        _scenarios(made, found, dossier.scale)


def _plan(made: Document, dossier: Dossier, pictures: Sequence[Drawn]) -> None:
    if dossier.actions:
        made.heading(report.PLANNED, 1)
        lines = [(report.action_line(one, dossier.on), "") for one in dossier.actions]
        made.table(report.ACTION_HEADS, (5, 3, 2, 2), lines)
    if year := months(dossier):
        made.heading(report.OVER_TIME, 1)
        _show(made, pictures)
        made.table(MONTH_HEADS, (3, 3, 3), [((one.label, str(one.due), str(one.done)), "") for one in year])


def _coverage(made: Document, dossier: Dossier, pictures: Sequence[Drawn]) -> None:
    if dossier.elements:
        made.heading(report.COVERED, 1)
        made.paragraph(report.coverage(dossier), "Lead")
        _show(made, pictures)
        lines = [((one.name, str(dossier.covered[one.id])), "") for one in dossier.elements]
        made.table(report.COVER_HEADS, (8, 2), lines)


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
    if scenarios:
        made.heading(title, 1)
        _scenarios(made, scenarios, scale)


def _scenarios(made: Document, scenarios: Sequence[Scenario], scale: Scale) -> None:
    made.table(report.HEADS, (6, 18, 7, 8, 9, 16, 14), [(_line(one, scale), "") for one in scenarios])


def _line(one: Scenario, scale: Scale) -> list[str]:
    levels = [one.level(phase, scale) for phase in Phase]
    shown = [scale.levels[level - 1].label if level else "–" for level in levels]
    return [one.reference, report.described(one), *shown, report.answer(one), report.owner(one)]
