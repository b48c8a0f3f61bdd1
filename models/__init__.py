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
    rights,
    versions,
    views,
)
from models.charters import acceptance, campaign, charter, collection, consultation, diffusion, verification
from models.hopen import opinions, prerequisites, tracking
from models.inventory import application, assessment, criteria, followup, target, vendor
from models.notices import check, notice, tool
from models.notices import diffusion as handing
from models.positions import conflict, description, nomination
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
    "campaign",
    "catalogue",
    "charter",
    "check",
    "checks",
    "collection",
    "conflict",
    "consultation",
    "criteria",
    "description",
    "diffusion",
    "establishments",
    "evidence",
    "followup",
    "handing",
    "imports",
    "installation",
    "jobs",
    "journal",
    "measures",
    "nomination",
    "notice",
    "opinions",
    "outbox",
    "parts",
    "people",
    "plan",
    "prerequisites",
    "processor",
    "proof",
    "rights",
    "risk_parts",
    "scenario",
    "target",
    "tool",
    "tracking",
    "typical",
    "vendor",
    "verification",
    "versions",
    "views",
]
