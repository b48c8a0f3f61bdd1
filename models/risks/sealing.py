"""The seal of a validated analysis: one digest over its frame and all that it holds, which the journal keeps."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from models.journal import Verb, tell
from models.risks.analysis import Analysis
from models.risks.parts import Element, Interview
from models.risks.scenario import Scenario, ScenarioElement, ScenarioMeasure
from models.seals import Sealed, seal
from models.versions import Version

PARTS: tuple[Any, ...] = (Scenario, Element, Interview, ScenarioElement, ScenarioMeasure)
"""What an analysis holds: whoever edits, adds or removes one of them by hand breaks the seal."""


def seal_of_analysis(frame: str, parts: Mapping[str, Iterable[str]]) -> str:
    """The seal of an analysis from that of its row and those of its parts, by the name of their table."""
    return seal({"frame": frame, **{name: sorted(seals) for name, seals in parts.items()}})


def tell_validated(
    session: Session,
    version: Version,
    analysis: Analysis,
    scenarios: Iterable[Scenario],
    elements: Iterable[Element],
    interviews: Iterable[Interview],
) -> None:
    """Put in the journal that an analysis is validated as it stands: its version with its digest, and its seal."""
    session.flush()
    listed = list(scenarios)
    held: dict[Any, Iterable[Sealed]] = {
        Scenario: listed,
        Element: elements,
        Interview: interviews,
        ScenarioElement: [link for one in listed for link in one.element_links],
        ScenarioMeasure: [link for one in listed for link in one.measure_links],
    }
    parts = {kind.__tablename__: [one.seal() for one in held[kind]] for kind in PARTS}
    row = seal_of_analysis(analysis.seal(), parts)
    tell(session, Verb.VALIDATED, analysis, number=version.number, digest=version.digest, row=row)
