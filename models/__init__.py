"""The trade as data and rules, without web: importing this package makes the metadata whole."""

from models import (
    accounts,
    establishments,
    evidence,
    imports,
    installation,
    jobs,
    journal,
    outbox,
    people,
    plan,
    proof,
    versions,
    views,
)
from models.charters import acceptance, campaign, charter, collection, consultation, diffusion, verification
from models.hopen import opinions, prerequisites, tracking
from models.inventory import application, assessment, criteria, followup, target, vendor
from models.register import activity, catalogue, checks, parts, processor

__all__ = [
    "acceptance",
    "accounts",
    "activity",
    "application",
    "assessment",
    "campaign",
    "catalogue",
    "charter",
    "checks",
    "collection",
    "consultation",
    "criteria",
    "diffusion",
    "establishments",
    "evidence",
    "followup",
    "imports",
    "installation",
    "jobs",
    "journal",
    "opinions",
    "outbox",
    "parts",
    "people",
    "plan",
    "prerequisites",
    "processor",
    "proof",
    "target",
    "tracking",
    "vendor",
    "verification",
    "versions",
    "views",
]
