"""Where a record of any kind is shown, so that a room can lead there without knowing the room it lives in."""

import uuid

from flask import url_for

SHOWN_BY = {
    "charter_paper": "charters.paper",
    "charter_consultation": "charters.consultation",
    "charter_verification": "charters.verification",
    "job_description": "positions.show",
    "nomination": "positions.nomination",
    "policy": "policy.show",
    "policy_consultation": "policy.consultation",
    "policy_observance": "policy.rule",
    "policy_derogation": "policy.derogation",
    "filling": "positions.filling",
    "candidate": "positions.candidate",
    "policy_audit": "policy.audit",
    "policy_finding": "policy.finding",
    "policy_session": "policy.training_session",
    "policy_meeting": "policy.meeting",
    "activity": "register.show",
    "processor": "register.processor",
    "action": "plan.show",
    "hopen_step": "hopen.step",
    "hopen_upkeep": "hopen.upkeep",
    "application": "inventory.show",
    "assessment": "inventory.assessment",
    "vendor": "inventory.vendor",
    "risk_analysis": "risks.show",
    "risk_scenario": "risks.scenario",
    "measure": "risks.measure",
    "notice": "notices.show",
    "information_tool": "notices.tool",
    "information_check": "notices.verification",
    "diffusion_procedure": "notices.procedure",
    "diffusion_campaign": "notices.campaign",
    "data_subject_request": "notices.show_request",
}
"""The table's name of a kind of record -> the endpoint of its page, which takes `identity`."""


def page_of(kind: str, identity: uuid.UUID) -> str:
    """The address of the page that shows a record."""
    return url_for(SHOWN_BY[kind], identity=identity)
