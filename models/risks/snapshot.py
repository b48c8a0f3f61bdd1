"""What is kept of an analysis when the management validates it: all that it said, as plain data."""

from collections.abc import Iterable
from typing import Any

from models.journal import plain
from models.risks.analysis import Analysis
from models.risks.parts import Element, Interview
from models.risks.scenario import Scenario
from models.versions import State


def snapshot(
    analysis: Analysis, scenarios: Iterable[Scenario], elements: Iterable[Element], interviews: Iterable[Interview]
) -> State:
    """The analysis, its scenarios with the measures as they stood, its elements and its interviews."""
    listed = list(scenarios)
    measures = {one.id: one for scenario in listed for one in scenario.measures}
    return {
        "fields": _fields(analysis),
        "parts": {
            "risk_scenario": [
                {
                    **_row(one),
                    "elements": [element.name for element in one.elements],
                    "measures": [measure.reference for measure in one.measures],
                }
                for one in listed
            ],
            "risk_element": [_row(one) for one in elements],
            "risk_interview": [_row(one) for one in interviews],
            "measure": [_row(one) for one in sorted(measures.values(), key=lambda one: one.reference)],
        },
    }


def _row(record: Any) -> dict[str, Any]:
    return {"id": str(record.id), **_fields(record)}


def _fields(record: Any) -> dict[str, Any]:
    return {record.told_as(key): plain(record.told(key)) for key in record.journal_fields()}
