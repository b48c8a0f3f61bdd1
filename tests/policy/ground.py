"""One thing of each kind of the policy room in each hospital, for the rules that walk the whole house."""

from typing import Any

from sqlalchemy.orm import Session

from models.base import today
from models.policy.derogation import Decision
from models.policy.words import DerogationStatus
from tests.cast import Stage
from tests.policy.made import consulted, derogation, followed, published_policy, rules_of

KINDS_OF_ENDPOINTS = {
    "policy.consultation": "policy_consultation",
    "policy.edit_consultation": "policy_consultation",
    "policy.save_consultation": "policy_consultation",
    "policy.start_rule": "policy_chapter",
    "policy.create_rule": "policy_chapter",
    "policy.audit": "policy_audit",
    "policy.edit_audit": "policy_audit",
    "policy.save_audit": "policy_audit",
    "policy.start_finding": "policy_audit",
    "policy.create_finding": "policy_audit",
    "policy.finding": "policy_finding",
    "policy.edit_finding": "policy_finding",
    "policy.save_finding": "policy_finding",
    "policy.training_session": "policy_session",
    "policy.edit_session": "policy_session",
    "policy.save_session": "policy_session",
    "policy.add_attendance": "policy_session",
    "policy.drop_attendance": "policy_attendance",
    "policy.meeting": "policy_meeting",
    "policy.edit_meeting": "policy_meeting",
    "policy.save_meeting": "policy_meeting",
    "policy.rule": "policy_observance",
    "policy.edit_rule": "policy_observance",
    "policy.save_rule": "policy_observance",
    "policy.derogation": "policy_derogation",
    "policy.edit_derogation": "policy_derogation",
    "policy.save_derogation": "policy_derogation",
    "policy.start_decision": "policy_derogation",
    "policy.decide": "policy_derogation",
    "policy.start_closure": "policy_derogation",
    "policy.close": "policy_derogation",
}


def things(session: Session, stage: Stage) -> dict[str, dict[str, dict[str, Any]]]:
    """What names each of them: kind, then whose it is."""
    found: dict[str, dict[str, dict[str, Any]]] = {
        kind: {} for kind in ("policy", *sorted(set(KINDS_OF_ENDPOINTS.values())))
    }
    for code, place in stage.establishments.items():
        policy = published_policy(session, place)
        part = {"identity": policy.id, "part": policy.rules[0].id, "slug": "reglages"}
        found["policy"][code] = part
        found["policy_chapter"][code] = {"identity": policy.id, "part": policy.chapters[0].id}
        rules = rules_of(session, policy)
        found["policy_observance"][code] = {"identity": rules["R-ACC-01"].id}
        found["policy_derogation"][code] = {"identity": derogation(session, rules["R-ACC-02"]).id}
        granted = derogation(session, rules["R-ACC-01"], title="En course")
        granted.decide(Decision(DerogationStatus.GRANTED, "Claire Dubois", None, today(), None, None))
        for kind, one in followed(session, rules["R-ACC-01"]).items():
            found[kind][code] = {"identity": one.id}
        found["policy_consultation"][code] = {"identity": consulted(session, policy).id}
    return found
