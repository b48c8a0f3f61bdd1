"""What the PSSI lets be searched: its text in force to the staff, its application to those who read the room."""

import uuid

from flask import url_for
from sqlalchemy import Select, select

from governance.policy import application_queries, findings_queries, life_queries, queries
from governance.policy.access import concerning
from governance.searching import Kind, titled_as_published
from governance.visitor import Visitor
from models.permissions import Permission
from models.policy.derogation import Derogation
from models.policy.findings import PolicyAudit
from models.policy.observance import Observance
from models.policy.policy import Policy, PolicyVersion
from models.policy.training import TrainingSession
from models.vocabulary import N_

READ = Permission.POLICY_READ


def _in_force(who: Visitor) -> Select[uuid.UUID]:
    """The policies that bind her, but one whose title is being changed."""
    return select(Policy.id).where(concerning(who), titled_as_published(Policy, PolicyVersion, PolicyVersion.policy_id))


KINDS = (
    Kind(
        "pssi", N_("Politiques de sécurité"), READ, Policy, lambda who: queries.listed(who, {"etat": "toutes"}),
        name=Policy.title, texts=(Policy.owner,),
    ),
    Kind(
        "pssi-en-vigueur", N_("Politiques de sécurité en vigueur"), Permission.ACCOUNT_OWN, Policy, _in_force,
        name=Policy.title, also=(Policy.published_number,), unless=READ,
        url=lambda row: url_for("policy.version", identity=row.id, number=row.published_number),
    ),
    Kind(
        "regles", N_("Règles de la PSSI"), READ, Observance, lambda who: application_queries.listed(who, {}),
        name=Observance.text, reference=Observance.code,
        texts=(Observance.chapter, Observance.owner_name, Observance.scope),
    ),
    Kind(
        "derogations", N_("Dérogations"), READ, Derogation, lambda who: application_queries.derogations(who, {}),
        name=Derogation.title, reference=Derogation.reference,
        texts=(Derogation.requester, Derogation.scope, Derogation.reason),
    ),
    Kind(
        "audits", N_("Audits de sécurité"), READ, PolicyAudit, lambda who: findings_queries.audits(who, {}),
        name=PolicyAudit.title, reference=PolicyAudit.reference,
        texts=(PolicyAudit.led_by, PolicyAudit.provider, PolicyAudit.scope),
    ),
    Kind(
        "seances", N_("Séances de sensibilisation"), Permission.TRAINING_READ, TrainingSession,
        lambda who: life_queries.sessions(who, {}),
        name=TrainingSession.title, texts=(TrainingSession.module, TrainingSession.trainer, TrainingSession.place),
    ),
)  # fmt: skip
