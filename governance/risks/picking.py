"""Form fields that depend on an analysis: the steps of its scale, several of its elements, several measures."""

from collections.abc import Iterator
from typing import Any

from wtforms import SelectMultipleField
from wtforms.fields.choices import Choice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from governance.forms import ListedField
from models.risks.scale import Step


class StepField(ListedField):
    """One step of severity or of likelihood; which ones there are is told by `offer`."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, list, coerce=int, **options)

    def offer(self, steps: tuple[Step, ...]) -> None:
        """Offer the steps of a scale, before what was typed is read."""
        self.listed = lambda: step_choices(steps)


def step_choices(steps: tuple[Step, ...]) -> list[tuple[str, str]]:
    """(number, « number – label ») of each step."""
    return [(str(number), f"{number} – {step.label}") for number, step in enumerate(steps, 1)]


class PickField(SelectMultipleField):
    """Several records, as checkboxes, by their identity; an unknown one is left out."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **options)
        self.offered: list[tuple[str, str]] = []

    def iter_choices(self) -> Iterator[Any]:
        for value, label in self.offered:
            yield Choice(value, label, value in (self.data or ()), {})

    def pre_validate(self, form: object) -> None:
        known = dict(self.offered)
        self.data = [value for value in self.data or () if value in known]
