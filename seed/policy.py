"""From the model policy of the catalogue to the parts of a new policy, and what the model says beside its text."""

from collections.abc import Iterator, Mapping
from typing import Any

from models.consulting import GovernanceBody
from models.policy.parts import PolicyBlank, PolicyMember, PolicyRule, PolicySection
from models.policy.policy import Policy
from models.policy.text import BY_VERSION, texts_of
from models.policy.words import PartKind, Presence
from models.wording import blanks_in, filled
from seed.catalogue import read

BODIES = {
    "steering_committee": GovernanceBody.SECURITY_COMMITTEE,
    "ght": GovernanceBody.GHT_COMMITTEE,
    "cme": GovernanceBody.MEDICAL_COMMITTEE,
    "cse": GovernanceBody.SOCIAL_COMMITTEE,
    "legal_representative": GovernanceBody.CHIEF_EXECUTIVE,
}
"""The bodies of the model that the house names otherwise."""


def model() -> dict[str, Any]:
    """The model policy: text, working group, validation, derogation form, incidents, audits, awareness, reviews."""
    found: dict[str, Any] = read("policy")
    return found


def labels(scheme: str) -> dict[str, str]:
    """The French labels of a list of the model (`roles`, `applies_to_values`…), by code."""
    return {row["code"]: row["label_fr"] for row in model()[scheme]}


def fill_from_model(policy: Policy, known: Mapping[str, str | None]) -> None:
    """Give a new policy the text of the model, its blanks and its working group; `known` fills some blanks."""
    policy.sections = [*_preamble(), *_chapters()]
    by_code = {section.code: section for section in policy.sections}
    policy.rules = [
        rule_from(row, by_code[chapter["code"]])
        for chapter in model()["policy"]["chapters"]
        for row in chapter["rules"]
    ]
    policy.members = list(_members())
    for rows in (policy.sections, policy.rules, policy.members):
        for position, row in enumerate(rows):
            row.position = position
    sync_blanks(policy, known)


def sync_blanks(policy: Policy, known: Mapping[str, str | None] | None = None) -> None:
    """Make a blank for each name that the text or the incident procedure uses and that has none yet."""
    meanings = {row["code"]: row["label_fr"] for row in model()["placeholders"]}
    present = {blank.name for blank in policy.blanks}
    names = dict.fromkeys([*blanks_in(texts_of(policy)), *procedure_blanks()])
    for name in names:
        if name not in present and name not in BY_VERSION:
            policy.blanks.append(
                PolicyBlank(
                    name=name, meaning=meanings.get(name), value=(known or {}).get(name), position=len(policy.blanks)
                )
            )


def procedure_blanks() -> list[str]:
    """The names of the blanks of the incident procedure."""
    return blanks_in(_texts(model()["incident_procedure"]))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def rule_from(row: Mapping[str, Any], section: PolicySection) -> PolicyRule:
    """A rule of the model as one of a policy."""
    roles, scopes = labels("roles"), labels("applies_to_values")
    return PolicyRule(
        section=section,
        code=row["code"],
        text=row["text"],
        why=row["why"],
        proofs="\n".join(row["evidence"]),
        owner=roles[row["default_owner"]],
        scope="\n".join(scopes[code] for code in row["applies_to"]),
        measures=row["measures"],
        sources=row["references"],
        figures=row.get("values"),
    )


def _preamble() -> Iterator[PolicySection]:
    told = model()["policy"]["preamble"]
    scope = told["scope"]
    parts = (
        ("OBJET", "Objet", [told["purpose"]]),
        ("ENJEUX", "Enjeux", [f"{one['title']} : {_lower(one['text'])}" for one in told["stakes"]]),
        (
            "CRITERES",
            "Critères de sécurité",
            [f"{one['label_fr']} : {_lower(one['text'])}" for one in told["security_criteria"]],
        ),
        ("PERIMETRE", "Périmètre", [scope[name] for name in ("people", "assets", "sites", "group", "exclusions")]),
        ("LECTURE", "Comment lire cette politique", [told["how_to_read"]]),
        ("ENGAGEMENT", "Engagement de la direction", [told["management_commitment"], told["signature_block"]]),
        ("CONTACTS", "Contacts", [told["contacts"]]),
    )
    for code, title, lines in parts:
        yield PolicySection(kind=PartKind.PREAMBLE, code=code, title=title, text="\n".join(lines))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _chapters() -> Iterator[PolicySection]:
    for row in model()["policy"]["chapters"]:
        yield PolicySection(kind=PartKind.CHAPTER, code=row["code"], title=row["title_fr"], text=row["intent"])


def _members() -> Iterator[PolicyMember]:
    roles = labels("roles")
    for row in model()["working_group"]["composition"]:
        yield PolicyMember(
            function_title=roles[row["role"]], presence=Presence(row["presence"]), contribution=row["contribution"]
        )


def steps() -> list[dict[str, Any]]:
    """The steps of the validation that the model advises, each with the `body` of the house."""
    return [
        {**row, "body": BODIES.get(row["body"]) or GovernanceBody(row["body"])}
        for row in model()["validation"]["steps"]
    ]


def decision_level(level: int) -> dict[str, Any]:
    """Who decides of a derogation of that residual level, with which opinions, and for how many months at most."""
    roles = labels("roles")
    row = next(one for one in model()["derogation_form"]["decision_levels"] if one["residual_level"] == level)
    return {
        **row,
        "decider": roles[row["decider"]],
        "required_opinions": [roles[code] for code in row["required_opinions"]],
    }


def audit_of(code: str | None) -> dict[str, Any] | None:
    """The internal check or outside audit of the model's programme that has a code; its `performed_by` in words."""
    roles, programme = labels("roles"), model()["audit_programme"]
    rows = [*programme["internal_checks"], *programme["external_audits"]]
    found = next((row for row in rows if row["code"] == code), None)
    return {**found, "performed_by": roles.get(found.get("performed_by", ""))} if found else None


def module_of(code: str | None) -> dict[str, Any] | None:
    """The module of the awareness programme that has a code."""
    return next((row for row in model()["awareness_programme"]["modules"] if row["code"] == code), None)


def agenda_of(code: str | None) -> dict[str, Any] | None:
    """{"title", "agenda"} of the yearly review of the model that has a code."""
    found = next((row for row in model()["management_review"]["meetings"] if row["code"] == code), None)
    if found is None:
        return None
    lines = [f"{one['order']}. {one['title']} ({one['minutes']} min) : {one['expected']}" for one in found["agenda"]]
    return {"title": found["title"], "agenda": "\n".join(lines)}


def incident_procedure(values: Mapping[str, str | None]) -> dict[str, Any]:
    """The serious-incident procedure with the blanks that have a value."""
    told: dict[str, Any] = _filled(model()["incident_procedure"], values)
    return told


def _filled(value: Any, values: Mapping[str, str | None]) -> Any:
    if isinstance(value, str):
        return filled(value, values)
    if isinstance(value, dict):
        return {name: _filled(one, values) for name, one in value.items()}
    return [_filled(one, values) for one in value] if isinstance(value, list) else value
