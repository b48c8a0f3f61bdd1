"""What the form of a scenario shows and keeps, for a new one and for one that exists."""

import uuid
from collections.abc import Iterable
from typing import Any

from governance.database import session
from governance.editing import Edit
from governance.risks import queries
from governance.risks.forms import ScenarioForm
from governance.visitor import Visitor
from models.base import now, today
from models.measures import Measure
from models.risks.analysis import Analysis
from models.risks.parts import Element
from models.risks.scenario import Scenario
from models.risks.words import Axis

FIELDS = (
    "title", "axis", "category", "threat", "impact", "sources", "criteria", "existing_measures",
    "inherent_severity", "inherent_likelihood", "current_severity", "current_likelihood", "residual_severity",
    "residual_likelihood", "treatment", "planned_measures", "owner_name", "due_on", "accepted_by", "accepted_on",
    "accepted_reason", "review_on", "closed_on", "notes", "interview_id",
)  # fmt: skip
"""The fields that the form keeps as they are."""


class Context:
    """What the form of a scenario may choose among, in one analysis."""

    def __init__(self, analysis: Analysis) -> None:
        self.scale = analysis.scale
        self.elements = [(str(one.id), one.name) for one in queries.elements(analysis)]
        self.measures = queries.measure_choices(analysis.establishment_id)
        self.interviews = [(str(one.id), one.name) for one in queries.interviews(analysis)]

    def form(self, **options: Any) -> ScenarioForm:
        """The form, offering that."""
        return ScenarioForm(self, **options)


def fill(scenario: Scenario, form: ScenarioForm) -> None:
    """Lay what was typed on a scenario. Raises RuleBroken on the field to mend."""
    for name in FIELDS:
        setattr(scenario, name, form[name].data)
    scenario.threaten(_chosen(Element, form.elements.data))
    scenario.rely_on(_chosen(Measure, form.measures.data))
    scenario.check(scenario.analysis.scale, today())


def _chosen(model: Any, identities: Iterable[str] | None) -> list[Any]:
    wanted = [uuid.UUID(one) for one in identities or ()]
    with session.no_autoflush:
        return list(session.query(model).where(model.id.in_(wanted))) if wanted else []


class NewScenario:
    """A scenario to put in an analysis; `made` is it, once it was."""

    made: Scenario

    def __init__(self, analysis: Analysis) -> None:
        self.analysis, self.context = analysis, Context(analysis)

    def form(self, met: uuid.UUID | None = None, threatened: uuid.UUID | None = None) -> ScenarioForm:
        """Its form; it may start from somebody `met`, or from an element `threatened`."""
        axis = Axis.INFRASTRUCTURE if threatened else Axis.MAJOR
        return self.context.form(axis=axis, interview_id=met, elements=[str(threatened)] if threatened else [])

    def make(self, who: Visitor, form: ScenarioForm) -> None:
        """Make it of what was typed, and add it. Raises RuleBroken."""
        self.made = Scenario(
            id=uuid.uuid4(), analysis=self.analysis, analysis_id=self.analysis.id,
            establishment_id=self.analysis.establishment_id, number=queries.next_number(self.analysis),
        )  # fmt: skip
        with session.no_autoflush:
            fill(self.made, form)
            self.made.touch(who.name, now())
        session.add(self.made)
        session.flush()


class ScenarioEdit(Edit):
    """The form of a scenario that exists."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        self.context = Context(scenario.analysis)

    def form(self) -> ScenarioForm:
        return self.context.form(data=self.saved())

    def saved(self) -> dict[str, Any]:
        one: Scenario = self.record
        return {
            **{name: getattr(one, name) for name in FIELDS},
            "elements": [str(element.id) for element in one.elements],
            "measures": [str(measure.id) for measure in one.measures],
        }

    def fill(self, form: Any) -> None:
        with session.no_autoflush:
            fill(self.record, form)
