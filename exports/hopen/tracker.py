"""The HOP’EN tracker as a workbook, a table, data, or a document to hand over."""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from exports import pdf, sheets
from exports.sheets import Heading, Sheet
from exports.texts import day
from models.base import day_of
from models.hopen.tracking import Step
from models.hopen.words import Difficulty, StepState, reach
from models.register.catalogue import Terms
from models.vocabulary import N_

SCHEMA = 1
TITLE = N_("Suivi HOP’EN")


@dataclass(frozen=True)
class Tracked:
    """A step that leaves, with whose it is and how many proofs it has."""

    step: Step
    owners: tuple[str, ...]
    proofs: int


@dataclass(frozen=True)
class Tracking:
    """What leaves: the steps of an establishment or of several (`of` names it or them), at an instant."""

    of: str
    lines: Sequence[Tracked]
    at: dt.datetime
    terms: Terms

    @property
    def on(self) -> dt.date:
        return day_of(self.at)


HEADINGS = (
    Heading(N_("Établissement"), 14),
    Heading(N_("Indicateur"), 11),
    Heading(N_("Objectif"), 44),
    Heading(N_("Action"), 13),
    Heading(N_("Ce que le plan demande"), 60),
    Heading(N_("État"), 13, tuple(state.label for state in StepState)),
    Heading(N_("En retard"), 11),
    Heading(N_("Motif"), 36),
    Heading(N_("Responsable"), 26),
    Heading(N_("Acteurs"), 36),
    Heading(N_("Difficulté"), 12, tuple(word.label for word in Difficulty)),
    Heading(N_("Délai indicatif"), 24),
    Heading(N_("Début de l’objectif"), 13),
    Heading(N_("Fenêtre, du"), 13),
    Heading(N_("Fenêtre, au"), 13),
    Heading(N_("Échéance"), 13),
    Heading(N_("Commencée le"), 13),
    Heading(N_("Faite le"), 13),
    Heading(N_("Preuves"), 10),
    Heading(N_("Constat des registres"), 40),
    Heading(N_("Variante"), 26),
    Heading(N_("Précisions"), 50),
    Heading(N_("Dit par"), 24),
)

NOT_EXPORTED = {
    "created_at": "the day of its making is in the journal",
    "establishment_id": "the establishment goes by its code",
    "pursuit_id": "the objective goes by its title",
    "due_on": "the deadline says it, or the window",
    "kept_state": "what was said before another branch was chosen is on its page",
    "kept_reason": "likewise",
    "kept_done_on": "likewise",
    "overridden": "the reason says it",
    "decided_at": "the journal says it",
    "revision": "a counter of ours",
    "words": "made for the search",
}
"""The columns of a step that no file carries, and why."""


def _rows(tracking: Tracking) -> Iterator[tuple[Any, ...]]:
    for line in tracking.lines:
        one, pursuit, task = line.step, line.step.pursuit, line.step.task
        objective, window = task.objective, pursuit.window or (None, None)
        yield (
            one.establishment.code, task.indicator_code, f"{objective.code} {objective.title}", task.code, task.text,
            one.state.label, N_("Oui") if one.is_late(tracking.on) else None, one.reason,
            ", ".join(line.owners) or None,
            ", ".join(tracking.terms.label("hopen_actors", code) for code in objective.actors),
            objective.difficulty.label, objective.delay, pursuit.started_on, *window, one.deadline_on, one.started_on,
            one.done_on, line.proofs, one.finding, task.variant.label if task.variant else None, one.note,
            one.decided_by,
        )  # fmt: skip


def workbook(tracking: Tracking) -> IO[bytes]:
    """The tracker as xlsx; the open file is set at its start."""
    return sheets.xlsx([Sheet(TITLE, HEADINGS, _rows(tracking), frozen=4)], TITLE, tracking.of)


def table(tracking: Tracking) -> IO[bytes]:
    """The tracker as csv; the open file is set at its start."""
    return sheets.csv_file(HEADINGS, _rows(tracking))


def data(tracking: Tracking) -> IO[bytes]:
    """The tracker as JSON, with the number of its schema; each row under the titles of the workbook."""
    titles = [heading.title for heading in HEADINGS]
    rows = [dict(zip(titles, map(_plain, row), strict=True)) for row in _rows(tracking)]
    whole = {"schema": SCHEMA, "of": tracking.of, "made_at": tracking.at.isoformat(), "actions": rows}
    return BytesIO(json.dumps(whole, ensure_ascii=False, indent=2).encode())


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def booklet(tracking: Tracking) -> IO[bytes]:
    """The tracker as an accessible PDF: how many actions in each state, then each indicator in turn."""
    counts = _counts(tracking.lines)
    late = sum(line.step.is_late(tracking.on) for line in tracking.lines)
    told = {
        "title": f"{TITLE} – {tracking.of}",
        "heading": TITLE,
        "author": tracking.of,
        "lead": N_("Au %(day)s : %(all)s actions, dont %(late)s en retard.")
        % {"day": day(tracking.on), "all": len(tracking.lines), "late": late},
        "facts": [(state.label, str(counts.get(state, 0))) for state in StepState],
        "heads": [N_("Action"), N_("État"), N_("Responsable"), N_("Échéance"), N_("Preuves")],
        "groups": list(_groups(tracking)),
    }
    return BytesIO(pdf.render(pdf.TEMPLATES / "hopen" / "booklet.typ", told, tracking.at))


def _counts(lines: Sequence[Tracked]) -> dict[StepState, int]:
    counts: dict[StepState, int] = {}
    for line in lines:
        counts[line.step.state] = counts.get(line.step.state, 0) + 1
    return counts


def _groups(tracking: Tracking) -> Iterator[dict[str, Any]]:
    by_indicator: dict[str, list[Tracked]] = {}
    for line in tracking.lines:
        by_indicator.setdefault(line.step.task.indicator_code, []).append(line)
    for code, lines in by_indicator.items():
        title = lines[0].step.task.objective.indicator.title
        state = reach(_counts(lines)).label.lower()
        yield {"title": f"{code} {title} – {state}", "rows": [_line(tracking, line) for line in lines]}


def _line(tracking: Tracking, line: Tracked) -> list[str]:
    one = line.step
    due = day(one.deadline_on) if one.deadline_on else "–"
    if one.is_late(tracking.on):
        due += N_(" (en retard)")
    state = f"{one.state.label}\n{one.reason}" if one.reason else one.state.label
    text = f"{one.establishment.code} · {one.task_code} {one.task.text}"
    return [text, state, ", ".join(line.owners) or "–", due, str(line.proofs)]


MAKERS: dict[str, Callable[[Tracking], IO[bytes]]] = {"xlsx": workbook, "csv": table, "json": data, "pdf": booklet}
