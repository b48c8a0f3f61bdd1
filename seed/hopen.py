"""From the HOP’EN plan of the catalogue to its indicators, objectives and tasks, and to the lists they name."""

from collections.abc import Iterator
from typing import Any

from models.hopen.prerequisites import Indicator, Objective, Task
from models.hopen.words import Difficulty, Scope, Variant
from models.register.words import Confidence

Plan = dict[str, Any]


def lists(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """The actors, tools and method sheets, each as a reference list; the plan itself, with how sure its lines are."""
    actors = [{"code": one["code"], "label": one["label_fr"], "short": one["label"]} for one in plan["actors"]]
    others = {
        f"hopen_{name}": [{"code": one["code"], "label": one["title"], "url": one["url"]} for one in plan[name]]
        for name in ("tools", "method_sheets")
    }
    about = {"code": "plan", "label": plan["document"]["title"], "confidence": plan["plan_confidence"]}
    return {"hopen_actors": actors, "hopen_plan": [about | {"delay_note": plan["delay_note"]}], **others}


def indicators(plan: Plan) -> list[Indicator]:
    """The indicators in the order of the plan, each with the facts that the plan itself does not state."""
    return [
        Indicator(
            code=row["code"],
            position=position,
            domain=f"{domain['code']} – {domain['title']}",
            title=row["title"],
            scope=Scope(row["product_scope"]),
            sheets=row["method_sheets"],
            facts={name: value for name, value in facts(plan, row["code"]).items() if name != "confidence"},
            confidence=Confidence(facts(plan, row["code"])["confidence"]),
        )
        for position, (domain, row) in enumerate(_indicators(plan))
    ]


def facts(plan: Plan, code: str) -> dict[str, Any]:
    found: dict[str, Any] = plan["indicator_facts"][code]
    return found


def objectives(plan: Plan) -> list[Objective]:
    """The objectives in the order of the plan."""
    return [
        Objective(
            code=row["id"],
            indicator_code=code,
            position=position,
            title=row["title"],
            difficulty=Difficulty(row["difficulty"]),
            actors=row["actors"],
            tools=row["tools"],
            note=row.get("note"),
            **_delay(row["delay"]),
        )
        for position, (code, row) in enumerate(_objectives(plan))
    ]


def _delay(delay: dict[str, Any] | None) -> dict[str, Any]:
    if delay is None:
        return {"delay": None, "min_days": None, "max_days": None}
    return {"delay": delay["text"], "min_days": delay["min_days"], "max_days": delay["max_days"]}


def tasks(plan: Plan) -> list[Task]:
    """The actions in the order of the plan."""
    rows = [(code, objective["id"], row) for code, objective in _objectives(plan) for row in objective["actions"]]
    return [
        Task(
            code=row["id"],
            indicator_code=code,
            objective_code=objective,
            position=position,
            text=row["text"],
            items=row.get("subitems", []),
            variant=Variant(row["variant"]) if "variant" in row else None,
            bodies=row.get("validation_bodies", []),
        )
        for position, (code, objective, row) in enumerate(rows)
    ]


def _indicators(plan: Plan) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    return ((domain, row) for domain in plan["domains"] for row in domain["indicators"])


def _objectives(plan: Plan) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((row["code"], objective) for _domain, row in _indicators(plan) for objective in row["objectives"])
