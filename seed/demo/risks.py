"""The risk analyses of the fictional group: one validated last year and followed by this year's, one just begun."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import day_of
from models.establishments import Establishment
from models.inventory.application import Application
from models.measures import Measure, MeasureState
from models.plan import Action
from models.register.activity import Activity
from models.register.catalogue import Term, Terms
from models.risks import copying
from models.risks.analysis import Analysis, next_reference
from models.risks.beginning import element_of, measure_of, new_scenario, scenario_of
from models.risks.parts import Element, Interview
from models.risks.scale import scale_of_term
from models.risks.scenario import RATINGS, Scenario
from models.risks.sealing import tell_validated
from models.risks.snapshot import snapshot
from models.risks.typical import TypicalScenario
from models.risks.words import Axis, Treatment
from models.versions import publish
from seed.demo.content import read
from seed.demo.group import Scene
from seed.demo.steps import Step

MATRIX = "ebios_rm_4x4"


def risk_steps(scene: Scene) -> Iterator[Step]:
    """Each analysis in the order of its life, under the name of who leads it."""
    for row in read("risks", scene.today):
        story = RiskStory(scene, row)
        steps = [story.begin, story.rate, story.plan]
        steps += [story.approve] if "approved" in row else []
        steps += [story.follow] if "next" in row else []
        for step in steps:
            yield Step(scene.actors[row["by"]], partial(_run, step))


def _run(step: Any, session: Session) -> None:
    step(session)


class RiskStory:
    """One analysis of risks.yaml."""

    def __init__(self, scene: Scene, row: dict[str, Any]) -> None:
        self.scene, self.row = scene, row
        self.place: Establishment = scene.places[row["establishment"]]
        self.by = scene.people[row["by"]].name
        self.analysis: Analysis
        self.scenarios: dict[str, Scenario] = {}
        self.measures: dict[str, Measure] = {}

    # Begun from the catalogue

    def begin(self, session: Session) -> None:
        """The frame, the scenarios of the catalogue, the elements and the interviews."""
        at = self.scene.day(self.row["begun"])
        terms = Terms(session.scalars(select(Term)).all())
        self.analysis = Analysis(
            establishment=self.place,
            establishment_id=self.place.id,
            reference=next_reference(session, self.place.id, at.year),
            begun_on=day_of(at),
            created_at=at,
            **{name: self.row.get(name) for name in ("title", "scope", "participants", "method_note")},
        )
        matrix = session.get_one(Term, ("risk_matrices", MATRIX))
        self.analysis.take_scale(MATRIX, scale_of_term(matrix.facts))
        self.analysis.touch(self.by, at)
        session.add(self.analysis)
        session.flush()
        kinds = [code for code, _label in terms.choices("asset_types")]
        elements = {kind: element_of(self.analysis, kind, terms) for kind in kinds}
        session.add_all(elements.values())
        self._catalogue(session, terms, elements)
        self._elements(session, self.row.get("elements", ()), elements)
        self._interviews(session, self.row.get("interviews", ()))

    def _catalogue(self, session: Session, terms: Terms, elements: dict[str, Element]) -> None:
        wanted = self.row.get("codes")
        typical = [one for one in session.scalars(TypicalScenario.listed()) if not wanted or one.code in wanted]
        at = self.scene.day(self.row["begun"])
        for code in dict.fromkeys(code for one in typical for code in one.content["measures"]):
            self.measures[code] = measure_of(self.place.id, code, terms, self.by, at)
        session.add_all(self.measures.values())
        session.flush()
        for number, one in enumerate(typical, 1):
            made = scenario_of(self.analysis, one, number, elements, self.measures, self.by, at)
            self.scenarios[one.code] = made
            session.add(made)
        session.flush()

    def _elements(self, session: Session, rows: Any, known: dict[str, Element]) -> None:
        for row in rows:
            made = Element(analysis=self.analysis, analysis_id=self.analysis.id, name=row["name"], note=row.get("note"))
            made.rests_on = known.get(row.get("rests_on", ""))
            if row.get("application"):
                mine = select(Application).where(Application.establishment_id == self.place.id)
                made.kind, made.application = "dpi", session.scalars(mine.order_by(Application.reference)).first()
                if made.application is not None:
                    made.name = made.application.name
            session.add(made)
        session.flush()

    def _interviews(self, session: Session, rows: Any) -> None:
        for row in rows:
            made = Interview(
                analysis=self.analysis, analysis_id=self.analysis.id, name=row["name"], function=row["function"],
                held_on=self.scene.date(row["day"]), led_by=self.by, summary=row["summary"],
            )  # fmt: skip
            session.add(made)
            session.flush()
            for code in row["gives"]:
                self.scenarios[code].interview = made

    # Rated, and planned

    def rate(self, session: Session) -> None:
        """Every scenario rated, those named otherwise than as usual."""
        usual, unrated = self.row["usual"], self.row.get("unrated", ())
        for code, scenario in self.scenarios.items():
            if code in unrated:
                continue
            severity, likelihood = scenario.inherent_severity or 1, scenario.inherent_likelihood or 1
            now = [severity, max(1, likelihood - usual["now"])]
            then = [severity, max(1, likelihood - usual["then"])]
            self._rate(scenario, {"now": now, "then": then, "do": "reduce"} | self.row["ratings"].get(code, {}))

    def _rate(self, scenario: Scenario, row: dict[str, Any]) -> None:
        scenario.current_severity, scenario.current_likelihood = row["now"]
        scenario.residual_severity, scenario.residual_likelihood = row["then"]
        scenario.treatment = Treatment(row["do"]) if "do" in row else scenario.treatment
        scenario.owner_name = row.get("who", scenario.owner_name or "Rachid Simon")
        if "due" in row:
            scenario.due_on = self.scene.date(row["due"])
        if "accepted" in row:
            day, reason = row["accepted"]
            scenario.accepted_by, scenario.accepted_reason = self.row["approved"]["name"], reason
            scenario.accepted_on = self.scene.date(day)
        scenario.check(self.analysis.scale, self.scene.today)

    def plan(self, session: Session) -> None:
        """Where each measure stands, and the actions that some call for."""
        told, today = self.row["measures"], self.scene.today
        for code in told["in_place"]:
            if code in self.measures:
                self.measures[code].settle(MeasureState.IN_PLACE, self.scene.date(self.row["begun"]))
        for state in (MeasureState.STARTED, MeasureState.PLANNED):
            for code, (owner, due) in told[state.value].items():
                self.measures[code].settle(state, today)
                self.measures[code].owner_name = owner
                self.measures[code].due_on = self.scene.date(due)
        for code, reason in told["dropped"].items():
            self.measures[code].settle(MeasureState.DROPPED, today, reason)
        self._protect(session, self.row.get("protects", {}))
        for row in (*self.row.get("actions", ()), *self._expected()):
            self._act(session, row)

    def _expected(self) -> Iterator[dict[str, Any]]:
        """The actions of the measures decided for which no other was written."""
        told, acted = self.row["measures"], {row.get("measure") for row in self.row.get("actions", ())}
        for code, (owner, due) in (told["started"] | told["planned"]).items():
            if code not in acted:
                yield {"measure": code, "title": self.measures[code].title, "name": owner, "day": self.row["begun"],
                       "due": due}  # fmt: skip

    def _protect(self, session: Session, counts: dict[str, int]) -> None:
        """Each measure named protects the first records of the register."""
        mine = select(Activity).where(Activity.establishment_id == self.place.id).order_by(Activity.reference)
        known = session.scalars(mine.limit(max(counts.values(), default=0))).all()
        for code, count in counts.items():
            self.measures[code].protect(known[:count])

    def _act(self, session: Session, row: dict[str, Any]) -> None:
        origin: Any = self.measures[row["measure"]] if "measure" in row else self.scenarios[row["scenario"]]
        action = Action.raised_by(origin, row["title"], self.by)
        action.created_at, action.due_on = self.scene.day(row["day"]), self.scene.date(row["due"])
        action.entrust(self.scene.people.get(row.get("owner", "")), row.get("name"))
        session.add(action)
        session.flush()
        if "progress" in row:
            action.follow(row["progress"], self.scene.date(row["day"]))
        if "done" in row:
            action.finish(self.scene.date(row["done"]))

    # Validated, and followed by the next one

    def approve(self, session: Session) -> None:
        """The management validates: the state is kept and frozen."""
        row = self.row["approved"]
        at, review = self.scene.day(row["day"]), self.scene.date(row["review"])
        session.flush()
        parts = [*self.scenarios.values()], *self._parts(session)
        with session.no_autoflush:
            self.analysis.approve(row["name"], row["function"], day_of(at), review, row["note"])
            version = publish(session, self.analysis, snapshot(self.analysis, *parts), self.by, at, row["note"])
            self.analysis.freeze(version.digest, self.by, at)
        tell_validated(session, version, self.analysis, *parts)

    def _parts(self, session: Session) -> tuple[list[Element], list[Interview]]:
        elements = session.scalars(select(Element).where(Element.analysis_id == self.analysis.id))
        interviews = session.scalars(select(Interview).where(Interview.analysis_id == self.analysis.id))
        return list(elements), list(interviews)

    def follow(self, session: Session) -> None:
        """This year's analysis, begun from the last one and still in progress."""
        row = self.row["next"]
        past, at = self.analysis, self.scene.day(row["begun"])
        elements, interviews = self._parts(session)
        title, year = row["title"], at.year
        self.analysis = copying.successor(
            past, next_reference(session, self.place.id, year), title, self.by, at, day_of(at)
        )
        session.add(self.analysis)
        session.flush()
        codes = {one.number: code for code, one in self.scenarios.items()}
        made = copying.take_over(self.analysis, elements, interviews, self.scenarios.values(), at)
        session.add_all(made)
        session.flush()
        self.scenarios = {codes[one.number]: one for one in made if isinstance(one, Scenario)}
        for code, ratings in row["ratings"].items():
            self._rate(self.scenarios[code], ratings)
        self._elements(session, row["elements"], {})
        self._interviews(session, row["interviews"])
        for more in row["add"]:
            self._add(session, more)

    def _add(self, session: Session, row: dict[str, Any]) -> None:
        own = {name: row[name] for name in ("title", "category", "threat", "sources", "criteria")}
        number = max(one.number for one in self.scenarios.values()) + 1
        ratings = dict(zip(RATINGS, row["ratings"], strict=False))
        made = new_scenario(self.analysis, number, self.by, self.scene.at, axis=Axis(row["axis"]), **own, **ratings)
        session.add(made)
        session.flush()
