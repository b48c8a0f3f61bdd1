"""The scenarios of a risk analysis: our own workbook, or any table with a line per risk, laid beside the analysis."""

import re
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from exports.columns import Column
from exports.risks.book import OTHER_SHEETS
from exports.risks.dossier import LEVEL_COLUMNS, SCENARIO_COLUMNS
from exports.tables import IDENTITY
from governance.database import session
from governance.imports.findings import Issue, Mappings, Severity, Understanding
from governance.imports.formats.sheets import Cell
from governance.imports.layouts import tables
from governance.imports.outcomes import WRITTEN, Choices, Job, Plain, Plan
from governance.imports.subjects import cells, states
from governance.imports.subjects.cells import Misread, ReadCell
from governance.imports.subjects.reading import TableReader, Target, words_for
from governance.imports.subjects.subject import Reader
from governance.imports.subjects.table import Line, Planner, TableSubject
from governance.terms import terms
from models.base import now, today
from models.imports import ImportedRecord
from models.measures import Measure
from models.permissions import Permission
from models.register.activity import Activity
from models.risks.analysis import Analysis
from models.risks.parts import Element, Interview
from models.risks.scale import Scale
from models.risks.scenario import RATINGS, Scenario, ScenarioElement, ScenarioMeasure
from models.risks.words import Axis, Standing
from models.rules import RuleBroken
from models.search import fold
from models.vocabulary import N_

_WORDS = words_for("risks")
_NUMBER = re.compile(r"\D{0,3}0*(\d{1,6})")
_STEP = re.compile(r"\D{0,3}(\d)\b")
LINKS = ("elements", "measures")
"""What a line names several of, in one cell."""
ONLY_SCENARIOS = N_("Feuille d’un export de Vigie : seuls les scénarios sont repris.")
NO_DRAFT = N_("Aucune analyse en cours ne reçoit cette ligne : commencez-en une, ou citez sa référence.")


def _number(cell: Cell, text: str) -> int:
    """« R07 » is 7."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise Misread(N_("Une référence comme R07 est attendue."))
    return int(found[1])


def _step(cell: Cell, text: str) -> Any:
    """« 3 », « G3 », « 3 – Grave » are 3; a name waits for the scale of the analysis."""
    found = _STEP.match(text.strip())
    return int(found[1]) if found else text.strip()


def _several(cell: Cell, text: str) -> list[str]:
    return [part for part in (" ".join(one.split()) for one in re.split("[;\n]", text)) if part]


def _reading(column: Column) -> ReadCell:
    """How a cell of a column is read."""
    if column.key in RATINGS:
        return _step
    if column.key in LINKS:
        return _several
    if column.words:
        return cells.one_of(column.words, _WORDS["words"].get(column.key))
    if column.scheme:
        return cells.listed(column.scheme) if column.kind == "terms" else _term(column.scheme)
    ways: dict[str, ReadCell] = {"date": cells.day, "integer": cells.integer}
    return ways.get(column.kind) or (cells.prose if column.width > 30 else cells.line())


def _term(scheme: str) -> ReadCell:
    def read(cell: Cell, text: str) -> Any:
        code = terms().find(scheme, text)
        if code is None:
            raise cells.Doubted(None, N_("Cette valeur n’est pas dans la liste : elle n’est pas reprise."))
        return code

    return read


def _targets() -> Iterator[Target]:
    for column in SCENARIO_COLUMNS:
        name = "number" if column.key == "reference" else column.key
        read = _number if name == "number" else _reading(column)
        yield Target(name, column.title, read, _WORDS["headings"].get(name, ()))


class ScenarioReader(TableReader):
    """Reads lists of risks; of our own workbook, the sheet of scenarios alone."""

    def _keep(self, table: tables.Table, result: Understanding) -> None:
        if table.sheet.name in OTHER_SHEETS:
            result.issues.append(Issue(Severity.INFO, table.sheet.name, 0, "", "", ONLY_SCENARIOS))
            return
        super()._keep(table, result)


class ScenarioPlanner(Planner):
    """Finds the analysis of each line, and brings names to what it holds."""

    def __init__(self, subject: "ScenarioSubject", home: uuid.UUID, choices: Choices) -> None:
        mine = select(Analysis).where(Analysis.establishment_id == home).order_by(Analysis.reference)
        analyses = list(session.scalars(mine))
        self.analyses = {fold(one.reference): one for one in analyses}
        drafts = [one for one in analyses if one.standing is Standing.DRAFT]
        self.usual = drafts[-1] if drafts else None
        self.known_measures = {fold(one.reference) for one in session.scalars(Measure.usable_in(home))}
        super().__init__(subject, home, choices)
        self.by_number = {(one.analysis_id, one.number): one for one in self.present}
        self.by_title: dict[Any, Scenario] = {(one.analysis_id, fold(one.title)): one for one in self.present}

    def settle(self, line: Line) -> None:
        """Raises nothing: what cannot be kept is said at its cell."""
        values = dict(line.fields)
        said = values.pop("analysis_reference", None)
        analysis = self.analyses.get(fold(said)) if said else self.usual
        line.above = None
        line.values = values
        line.fields = {**line.fields, "analysis": analysis.reference if analysis else ""}
        if analysis is None:
            line.refuse(NO_DRAFT, "analysis_reference")
            return
        self._settle_steps(line, analysis.scale)
        self._settle_links(line)

    def _settle_steps(self, line: Line, scale: Scale) -> None:
        for name in RATINGS:
            value = line.values.get(name)
            if isinstance(value, str):
                steps = scale.severities if name.endswith("severity") else scale.likelihoods
                known = {fold(step.label): number for number, step in enumerate(steps, 1)}
                line.values[name] = known.get(fold(value))
                if line.values[name] is None:
                    line.refuse(N_("Ce degré n’est pas dans l’échelle de l’analyse."), name)

    def _settle_links(self, line: Line) -> None:
        wanted = line.values.get("measures")
        if wanted:
            unknown = [one for one in wanted if fold(one) not in self.known_measures]
            if unknown:
                line.doubt(N_("Ces mesures n’existent pas dans Vigie, elles ne sont pas liées : ") + ", ".join(unknown),
                           "measures")  # fmt: skip
            line.values["measures"] = [one for one in wanted if one not in unknown]
        links = self.subject.links(self.home)
        for name in ("interview", "activity"):
            if (said := line.values.get(name)) and said not in links[name]:
                line.doubt(N_("Vigie ne le connaît pas : il n’est pas repris."), name)
                del line.values[name]

    def match(self, line: Line) -> Any | None:
        analysis = self.analyses.get(fold(line.fields["analysis"]))
        if analysis is None:
            return None
        number = line.values.get("number")
        if number and (found := self.by_number.get((analysis.id, number))):
            return found
        return self.by_title.get((analysis.id, fold(line.values.get("title") or "")))

    def identities(self, line: Line) -> Iterator[Any]:
        number = line.values.get("number")
        yield line.fields["analysis"], number or fold(line.values.get("title") or "")

    def _compare(self, line: Line) -> None:
        analysis = self.analyses.get(fold(line.fields["analysis"]))
        super()._compare(line)
        if line.action in WRITTEN and analysis is not None and not analysis.is_draft:
            line.refuse(N_("L’analyse citée est validée : elle ne se modifie plus."), "analysis_reference")

    def _changes(self, line: Line) -> Iterator[Plain]:
        told = {name: value for name, value in line.values.items() if name not in LINKS}
        whole, line.values = line.values, told
        yield from super()._changes(line)
        line.values = whole
        for name in LINKS:
            before = linked(line.record, name)
            after = sorted(whole.get(name) or (), key=fold) if name in whole else before
            if before != after:
                yield {"part": None, "id": str(line.record_id), "title": line.name, "field": name,
                       "before": before, "after": after}  # fmt: skip

    def _apply_rules(self, line: Line) -> None:
        analysis = self.analyses[fold(line.fields["analysis"])]
        before = states.values_of(line.record) if line.record else {"axis": Axis.MAJOR}
        told = {**before, **states.typed(Scenario, {k: v for k, v in line.values.items() if k not in LINKS})}
        told = {name: value for name, value in told.items() if not name.endswith("_id")}
        try:
            Scenario(**told).check(analysis.scale, today())
        except RuleBroken as broken:
            line.refuse(broken.message, broken.field)


def linked(scenario: Scenario, name: str) -> list[str]:
    """The names of what a scenario is linked to, as the workbook has them."""
    found = [one.name for one in scenario.elements] if name == "elements" else [m.reference for m in scenario.measures]
    return sorted(found, key=fold)


class ScenarioSubject(TableSubject):
    word = "risks"
    title = N_("Scénarios de risque")
    hint = N_(
        "Un classeur exporté de Vigie, ou votre tableau (.xlsx, .ods, .csv), une ligne par risque. Les lignes vont à "
        "l’analyse que cite la colonne « Analyse », sinon à celle en cours ; un scénario absent reste tel quel."
    )
    one, many = N_("ligne"), N_("lignes")
    heads = (N_("Référence"), N_("Scénario"))
    unnumbered = N_("à attribuer")
    table = Scenario.__tablename__
    permission = Permission.RISKS_IMPORT
    model = Scenario
    targets = tuple(_targets())
    unkept = (IDENTITY, *(column.title for column in LEVEL_COLUMNS), *_WORDS["unkept"])
    keys = ()
    must = ("title",)
    enough = (("title",),)
    planner = ScenarioPlanner

    def reader(self, known: Mappings) -> Reader:
        terms()
        return ScenarioReader(self.targets, self.unkept, known)

    def present(self, home: uuid.UUID) -> Any:
        return (
            select(Scenario)
            .where(Scenario.establishment_id == home)
            .options(
                joinedload(Scenario.interview),
                joinedload(Scenario.activity),
                selectinload(Scenario.element_links).joinedload(ScenarioElement.element),
                selectinload(Scenario.measure_links).joinedload(ScenarioMeasure.measure),
            )
        )

    def titles(self, values: Plain) -> tuple[str | None, str | None]:
        number = values.get("number")
        return (f"R{number:02d}" if number else None), values.get("title")

    def is_same(self, name: str, before: Any, value: Any) -> bool:
        if name == "activity" and before and value:
            return str(before).startswith(str(value))
        return (before or None) == (value or None)

    def links(self, home: uuid.UUID) -> dict[str, dict[str, Any]]:
        interviews = session.scalars(
            select(Interview)
            .join(Analysis, Analysis.id == Interview.analysis_id)
            .where(Analysis.establishment_id == home)
        )
        activities = session.scalars(select(Activity).where(Activity.establishment_id == home))
        return {
            "interview": {one.name: one for one in interviews},
            "activity": {one.reference: one for one in activities},
        }

    def write(self, job: Job, content: Plain, plan: Plan) -> None:
        """Number what is new, then write; what a line is linked to is kept too, so that it can be given back."""
        home = job.batch.establishment_id
        analyses = {one.reference: one for one in session.scalars(Analysis.of(home))}
        lines = [one for one in plan.outcomes if isinstance(one, Line) and one.action in WRITTEN]
        self._numbers(lines, analyses)
        world = _World(analyses, session.scalars(Measure.usable_in(home)))
        links, written = self.links(home), list[tuple[Scenario, Plain | None]]()
        for line in lines:
            before = _state(line.record) if line.record else None
            self._lay_scenario(job, line, world, links)
            session.flush()
            written.append((line.record, before))
            job.advance(1)
            line.record_id = line.record.id
        states.keep(job, [*written, *((one, None) for one in world.made)])

    def _numbers(self, lines: list[Line], analyses: dict[str, Analysis]) -> None:
        for reference, analysis in analyses.items():
            mine = [line for line in lines if line.record is None and line.fields["analysis"] == reference]
            taken = set(session.scalars(select(Scenario.number).where(Scenario.analysis_id == analysis.id)))
            for line in mine:
                number = line.values.get("number")
                if not number or number in taken:
                    number = max(taken, default=0) + 1
                taken.add(number)
                line.values["number"] = number
                line.reference = f"R{number:02d}"

    def _lay_scenario(self, job: Job, line: Line, world: "_World", links: dict[str, dict[str, Any]]) -> None:
        told = line.values if line.record is None else {one["field"]: one["after"] for one in line.changes}
        with session.no_autoflush:
            if line.record is None:
                analysis = world.analyses[line.fields["analysis"]]
                line.record = Scenario(
                    id=uuid.uuid4(), establishment_id=analysis.establishment_id, analysis=analysis,
                    analysis_id=analysis.id, axis=Axis.MAJOR,
                )  # fmt: skip
                session.add(line.record)
            for name, value in states.typed(Scenario, {k: v for k, v in told.items() if k not in LINKS}).items():
                setattr(line.record, name, value)
            for name in told.keys() & links.keys():
                setattr(line.record, name, links[name][told[name]] if told[name] else None)
            if "elements" in told:
                line.record.threaten(world.elements(line.record.analysis, told["elements"] or ()))
            if "measures" in told:
                line.record.rely_on(world.named_measures(told["measures"] or ()))
            line.record.touch(job.batch.made_by, now())

    def take_back(self, job: Job, records: list[ImportedRecord]) -> tuple[int, int]:
        restored = {one.record_id: one.before for one in records if one.before and one.record_type == self.table}
        result = super().take_back(job, [one for one in records if one.record_type == self.table])
        for scenario in session.scalars(Scenario.whole().where(Scenario.id.in_(restored))):
            before = restored[scenario.id] or {}
            elements = [uuid.UUID(one) for one in before.get("_elements", ())]
            measures = [uuid.UUID(one) for one in before.get("_measures", ())]
            scenario.threaten(session.scalars(select(Element).where(Element.id.in_(elements))))
            scenario.rely_on(session.scalars(select(Measure).where(Measure.id.in_(measures))))
        session.flush()
        states.take_back([one for one in records if one.record_type == Element.__tablename__])
        return result


def _state(scenario: Scenario) -> Plain:
    return {
        **states.state_of(scenario),
        "_elements": [str(one.id) for one in scenario.elements],
        "_measures": [str(one.id) for one in scenario.measures],
    }


class _World:
    """What lines name: the elements of each analysis, made where they are not there yet, and the measures."""

    def __init__(self, analyses: dict[str, Analysis], measures: Iterable[Measure]) -> None:
        self.analyses = analyses
        self.made: list[Element] = []
        self._measures = {fold(one.reference): one for one in measures}
        self._elements: dict[uuid.UUID, dict[str, Element]] = {}

    def elements(self, analysis: Analysis, names: Iterable[str]) -> list[Element]:
        """The elements of an analysis by their names."""
        if analysis.id not in self._elements:
            found = session.scalars(select(Element).where(Element.analysis_id == analysis.id))
            self._elements[analysis.id] = {fold(one.name): one for one in found}
        known = self._elements[analysis.id]
        for name in names:
            if fold(name) not in known:
                made = Element(id=uuid.uuid4(), analysis=analysis, analysis_id=analysis.id, name=name[:200])
                made.kind = terms().find("asset_types", name)
                known[fold(name)] = made
                session.add(made)
                self.made.append(made)
        return [known[fold(name)] for name in dict.fromkeys(names)]

    def named_measures(self, references: Iterable[str]) -> list[Measure]:
        """The measures of these references."""
        return [self._measures[fold(one)] for one in dict.fromkeys(references) if fold(one) in self._measures]
