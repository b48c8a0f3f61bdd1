"""The bridges as a workbook: each requirement of each scheme, where each establishment stands, and what leads there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

from exports import sheets
from exports.sheets import Heading, Sheet
from models.hopen.bridges import Bridge, Requirement, Standing
from models.vocabulary import N_

TITLE = N_("Passerelles")


@dataclass(frozen=True)
class Bridged:
    """A requirement that leaves: the establishment's code, where it stands there, and its bridges."""

    place: str
    requirement: Requirement
    standing: Standing
    bridges: Sequence[Bridge]


HEADINGS = (
    Heading(N_("Établissement"), 14),
    Heading(N_("Référentiel"), 26),
    Heading(N_("Référence"), 22),
    Heading(N_("Exigence"), 60),
    Heading(N_("État"), 16, tuple(one.label for one in Standing)),
    Heading(N_("Ce qui, dans le plan, y mène"), 50),
    Heading(N_("Source"), 50),
    Heading(N_("Fiabilité"), 30),
    Heading(N_("Modifiée ici"), 12),
    Heading(N_("Précisions"), 40),
)


def workbook(lines: Iterable[Bridged], of: str) -> IO[bytes]:
    """The lines as xlsx; the open file is set at its start."""
    rows = (
        (
            one.place, one.requirement.scheme.title, one.requirement.reference, one.requirement.title,
            one.standing.label, "\n".join(map(_led, one.bridges)) or None, one.requirement.source,
            one.requirement.confidence.label, N_("Oui") if one.requirement.is_changed else None, one.requirement.note,
        )
        for one in lines
    )  # fmt: skip
    return sheets.xlsx([Sheet(TITLE, HEADINGS, rows, frozen=4)], TITLE, of)


def _led(bridge: Bridge) -> str:
    """A bridge in a line: « Répond : P2.4-O3 (source secondaire, à vérifier) – à condition que… »."""
    said = f"{bridge.bearing.label} : {bridge.plan_code} ({bridge.confidence.label.lower()})"
    return f"{said} – {bridge.note}" if bridge.note else said
