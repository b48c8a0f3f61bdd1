"""The trade as data and rules, without web: importing this package makes the metadata whole."""

from models import (
    accounts,
    establishments,
    evidence,
    imports,
    installation,
    jobs,
    journal,
    measures,
    outbox,
    people,
    plan,
    proof,
    reminders,
    rights,
    versions,
    views,
)
from models.charters import acceptance, campaign, charter, collection, consultation, diffusion, verification
from models.hopen import bridges, opinions, pack, prerequisites, tracking, upkeep
from models.inventory import application, assessment, criteria, followup, target, vendor
from models.notices import campaign as handout
from models.notices import check, notice, tool
from models.notices import diffusion as handing
from models.policy import derogation, findings, meeting, observance, policy, training
from models.positions import candidate, conflict, description, filling, nomination
from models.register import activity, catalogue, checks, parts, processor
from models.risks import analysis, scenario, typical
from models.risks import parts as risk_parts

__all__ = [
    "acceptance",
    "accounts",
    "activity",
    "analysis",
    "application",
    "assessment",
    "bridges",
    "campaign",
    "candidate",
    "catalogue",
    "charter",
    "check",
    "checks",
    "collection",
    "conflict",
    "consultation",
    "criteria",
    "derogation",
    "description",
    "diffusion",
    "establishments",
    "evidence",
    "filling",
    "findings",
    "followup",
    "handing",
    "handout",
    "imports",
    "installation",
    "jobs",
    "journal",
    "measures",
    "meeting",
    "nomination",
    "notice",
    "observance",
    "opinions",
    "outbox",
    "pack",
    "parts",
    "people",
    "plan",
    "policy",
    "prerequisites",
    "processor",
    "proof",
    "reminders",
    "rights",
    "risk_parts",
    "scenario",
    "target",
    "tool",
    "tracking",
    "training",
    "typical",
    "upkeep",
    "vendor",
    "verification",
    "versions",
    "views",
]
