"""Who is consulted on a text before it is published, and the trace of what they said."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Long, Record, Short
from models.evidence import HasEvidence
from models.rules import RuleBroken
from models.vocabulary import N_, Vocabulary, vocabulary


class GovernanceBody(Vocabulary):
    """Who is consulted, decides, or receives the text (in the order of a validation)."""

    WORKING_GROUP = "working_group", N_("Groupe de travail")
    DPO = "dpo", N_("Délégué à la protection des données (DPO)")
    SECURITY_COMMITTEE = "security_committee", N_("Comité de pilotage de la sécurité du système d’information")
    GHT_COMMITTEE = "ght_committee", N_("Instance du GHT chargée du système d’information")
    NURSING_COMMITTEE = "nursing_committee", N_("Commission des soins (CSIRMT)")
    MEDICAL_COMMITTEE = "medical_committee", N_("Commission médicale d’établissement (CME)")
    SAFETY_SECTION = "health_safety_section", N_("Formation spécialisée en santé, sécurité et conditions de travail")
    WORKS_SAFETY_SECTION = "works_safety_section", N_("Commission santé, sécurité et conditions de travail (CSSCT)")
    SOCIAL_COMMITTEE = "social_committee", N_("Comité social d’établissement (CSE, secteur public)")
    WORKS_COUNCIL = "works_council", N_("Comité social et économique (CSE, secteur privé)")
    USERS_COMMITTEE = "users_committee", N_("Commission des usagers (CDU)")
    EXECUTIVE_BOARD = "executive_board", N_("Directoire")
    SUPERVISORY_BOARD = "supervisory_board", N_("Conseil de surveillance")
    BOARD_OF_DIRECTORS = "board_of_directors", N_("Conseil d’administration ou organe dirigeant")
    CHIEF_EXECUTIVE = "chief_executive", N_("Directeur ou employeur")
    LABOUR_INSPECTORATE = "labour_inspectorate", N_("Inspection du travail (transmission)")
    COURT_REGISTRY = "labour_court_registry", N_("Greffe du conseil de prud’hommes (dépôt)")
    PUBLICATION = "publication", N_("Publication et communication aux personnes")
    ENTRY_INTO_FORCE = "entry_into_force", N_("Entrée en vigueur")
    OTHER = "other", N_("Autre instance")


class Opinion(Vocabulary):
    FAVOURABLE = "favourable", N_("Favorable")
    RESERVED = "favourable_with_reservations", N_("Favorable avec réserves")
    UNFAVOURABLE = "unfavourable", N_("Défavorable")
    NONE = "no_opinion", N_("Ne se prononce pas")
    INFORMED = "informed", N_("Information reçue")
    APPROVED = "approved", N_("Décision prise")
    DONE = "formality_done", N_("Formalité accomplie")


class BodyConsulted(HasEvidence, Record):
    """A body consulted, informed or deciding on version `number` of a text, published or to come."""

    __abstract__ = True
    TOLD_ONCE = ("number", "body", "body_name", "held_on")
    """What makes two records of a text tell of one consultation."""

    number: Mapped[int] = mapped_column(info={"label": N_("Version soumise")})
    body: Mapped[GovernanceBody] = mapped_column(vocabulary(GovernanceBody), info={"label": N_("Instance")})
    body_name: Mapped[Short] = mapped_column(default="", info={"label": N_("Nom de l’instance")})
    held_on: Mapped[dt.date] = mapped_column(info={"label": N_("Date")})
    opinion: Mapped[Opinion] = mapped_column(vocabulary(Opinion), info={"label": N_("Avis")})
    votes: Mapped[Short | None] = mapped_column(info={"label": N_("Vote")})
    minutes: Mapped[Short | None] = mapped_column(info={"label": N_("Référence du procès-verbal")})
    notes: Mapped[Long | None] = mapped_column(info={"label": N_("Observations et réponses")})
    recorded_by: Mapped[Short]

    @staticmethod
    def rules(table: str, text_id: str) -> tuple[Any, ...]:
        """The constraints of the table: a body out of the list is named, and nothing is recorded twice."""
        return (
            CheckConstraint("body <> 'other' OR body_name <> ''", name="other_has_name"),
            UniqueConstraint(text_id, *BodyConsulted.TOLD_ONCE, name=f"uq_{table}_once"),
        )

    @property
    def body_label(self) -> str:
        """The body as people name it: « CSE », « Directoire (CH de l’Est) », or the name of one that no list has."""
        if self.body is GovernanceBody.OTHER:
            return self.body_name
        return f"{self.body.label} ({self.body_name})" if self.body_name else self.body.label

    def check(self, today: dt.date) -> None:
        """Raise RuleBroken on a field that does not hold."""
        if self.body is GovernanceBody.OTHER and not self.body_name:
            raise RuleBroken("body_name", N_("Nommez l’instance."))
        if self.held_on > today:
            raise RuleBroken(
                "held_on", N_("Une consultation s’enregistre une fois tenue : choisissez une date passée.")
            )

    def journal_title(self) -> str:
        return self.body_label
