"""From the position models of the catalogue to a job description, and what the models say beside its text."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from models.positions.description import JobDescription, JobLine, Sources
from models.positions.words import (
    DescriptionStatus,
    Employment,
    Frequency,
    JobKind,
    Level,
    LineKind,
    RelationKind,
    Scope,
    Task,
)
from seed.catalogue import read

REFERENT = "referent_ssi_local"
"""The model of the local security officer, which has a kind of its own here."""


@cache
def model() -> dict[str, Any]:
    """The models: positions, ways to fill them, interview grid, documents, conflicts of interest; in French only."""
    found: dict[str, Any] = _french(read("positions"))
    return found


def _french(value: Any) -> Any:
    if isinstance(value, list):
        return [_french(one) for one in value]
    if isinstance(value, dict):
        return {_name(name, value): _french(one) for name, one in value.items() if not name.endswith("_en")}
    return value


def _name(name: str, row: dict[str, Any]) -> str:
    """A French text goes without its suffix; beside data of the same name it is a note on them."""
    short = name.removesuffix("_fr")
    return f"{short}_note" if name != short and short in row else short


def model_choices() -> list[tuple[str, str]]:
    """(code, title) of the models of description."""
    return [(code, one["title"]) for code, one in model()["positions"].items()]


def grid_of(kind: JobKind) -> dict[str, Any] | None:
    """The questions and functions with which conflicts of interest are examined; None for a function without model."""
    conflicts: dict[str, Any] = model()["conflict_of_interest"]
    if kind is JobKind.OTHER:
        return None
    found: dict[str, Any] = conflicts["dpo" if kind is JobKind.DPO else "rssi"]
    return found


def warning_of(code: str) -> dict[str, Any]:
    """A warning of the model: severity, trigger, text, confidence."""
    found: dict[str, Any] = next(one for one in model()["conflict_of_interest"]["warnings"] if one["code"] == code)
    return found


def description_from(code: str) -> JobDescription:
    """A description in preparation with the whole text of a model; its place and its author are the caller's."""
    row = model()["positions"][code]
    means, profile, links, bounds = row["means"], row["profile"], row["links"], row["constraints"]
    report = row["reporting"]
    scope = Scope(row["scope"])
    made = JobDescription(
        kind=JobKind.REFERENT if code == REFERENT else JobKind(row["job_kind"]),
        title=row["title"],
        model_code=code,
        status=DescriptionStatus.DRAFT,
        scope=scope,
        employment=Employment.INTERNAL if scope is Scope.OWN else Employment.SHARED,
        quotity=means["time_share"]["default_percent"],
        purpose=row["purpose"],
        legal_note=row["legal_basis_note"],
        hierarchical_link=links["hierarchical"],
        functional_link=links["functional"],
        direct_access=links["direct_access_to_top"],
        no_instruction=links["no_instruction"],
        independent_from_it=links.get("independent_from_dsi", False),
        independence_clause=links["independence_rule"],
        diploma=profile["diploma"],
        experience=profile["experience"],
        assets="\n".join(profile["assets"]),
        grade_note=profile["status_note"],
        budget_note=means["budget"],
        training_days=means["training_days_default"],
        deputy_note=means["deputy"],
        relays_note=means["relays"],
        confidentiality=bounds["confidentiality"],
        report=report["report"],
        report_frequency=Frequency(report["frequency"]),
        report_to=report["to"],
        meetings_per_year=report["meetings_per_year"],
        evaluation_note=row["evaluation_note"],
        sources=_parts_sources(row),
    )
    made.lines = list(_lines(row))
    for position, line in enumerate(made.lines):
        line.position = position
    return made


def _parts_sources(row: dict[str, Any]) -> dict[str, Sources]:
    found = {
        "legal": row.get("legal_references", []),
        "links": row["links"].get("references", []),
        "profile": _marked(row["profile"]),
        "means": _marked(row["means"]),
        "constraints": row["constraints"].get("references", []),
    }
    return {part: _sources(rows) for part, rows in found.items()}


def _marked(part: dict[str, Any]) -> list[dict[str, str]]:
    """The sources of a part; without any, what the model says of its certainty."""
    own = {"label": "Modèle de Vigie", "confidence": part["confidence"]}
    return part.get("references") or [own]


def _sources(rows: list[dict[str, str]]) -> Sources:
    return [{"label": row["label"], "confidence": row["confidence"]} for row in rows]


def _lines(row: dict[str, Any]) -> Iterator[JobLine]:
    for one in row["missions"]:
        task = Task(one["art39_task"]) if one.get("art39_task") else None
        yield _line(LineKind.MISSION, one, one["text"], title=one["title"], task=task)
    for one in row["activities"]:
        yield _line(LineKind.ACTIVITY, one, one["text"], frequency=Frequency(one["frequency"]))
    for one in row["main_relations"]:
        yield _line(LineKind.RELATION, one, one["purpose"], title=one["with"], relation=RelationKind(one["kind"]))
    for kind in (LineKind.KNOWLEDGE, LineKind.KNOW_HOW, LineKind.BEHAVIOUR):
        for one in row["skills"][kind.value]:
            yield _line(kind, one, one["label"], level=Level(str(one["expected_level"])))
    for kind, texts in (
        (LineKind.TOOL, row["means"]["tools"]),
        (LineKind.ACCESS, row["means"]["access"]),
        (LineKind.TRAINING, row["means"]["training"]),
        (LineKind.CONDITION, row["constraints"]["working_conditions"]),
    ):
        yield from (_line(kind, {}, text) for text in texts)
    for one in row["evaluation_indicators"]:
        yield _line(LineKind.INDICATOR, one, one["measure"], title=one["label"], target=one["default_target"])


def _line(kind: LineKind, row: dict[str, Any], text: str, **more: Any) -> JobLine:
    own = [{"label": "Modèle de Vigie", "confidence": row["confidence"]}] if "confidence" in row else []
    sources = _sources(row.get("references", own))
    return JobLine(kind=kind, code=row.get("code"), text=text, sources=sources, **more)


def interview_grid(kind: JobKind) -> dict[str, Any]:
    """The interview grid, with the questions for this kind of post: those of the DPO, or of the RSSI."""
    grid: dict[str, Any] = model()["interview_grid"]
    asked = "dpo" if kind is JobKind.DPO else "rssi"
    return {**grid, "questions": [one for one in grid["questions"] if asked in one["applies_to"]]}


def weights_of(kind: JobKind) -> dict[str, int]:
    """The weight of each criterion when ways to fill a post are compared."""
    name = "weight_dpo" if kind is JobKind.DPO else "weight_rssi"
    return {one["code"]: one[name] for one in model()["ways_to_fill"]["comparison"]["criteria"]}
