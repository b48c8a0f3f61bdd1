"""One thing of each kind of the policy room in each hospital, for the rules that walk the whole house."""

from typing import Any

from sqlalchemy.orm import Session

from tests.cast import Stage
from tests.policy.made import consulted, published_policy

KINDS_OF_ENDPOINTS = {
    "policy.consultation": "policy_consultation",
    "policy.edit_consultation": "policy_consultation",
    "policy.save_consultation": "policy_consultation",
    "policy.start_rule": "policy_chapter",
    "policy.create_rule": "policy_chapter",
}


def things(session: Session, stage: Stage) -> dict[str, dict[str, dict[str, Any]]]:
    """What names each of them: kind, then whose it is."""
    found: dict[str, dict[str, dict[str, Any]]] = {
        kind: {} for kind in ("policy", "policy_consultation", "policy_chapter")
    }
    for code, place in stage.establishments.items():
        policy = published_policy(session, place)
        part = {"identity": policy.id, "part": policy.rules[0].id, "slug": "reglages"}
        found["policy"][code] = part
        found["policy_chapter"][code] = {"identity": policy.id, "part": policy.chapters[0].id}
        found["policy_consultation"][code] = {"identity": consulted(session, policy).id}
    return found
