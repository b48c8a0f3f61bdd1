"""An assessment of how people sign in to an application: an answer to each criterion, frozen once validated."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, and_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship, selectinload

from models.base import At, Long, Record, Short, day_of
from models.evidence import HasEvidence
from models.inventory import passwords
from models.inventory.application import Application
from models.inventory.criteria import CORE, IDLE, RENEWAL, RENEWAL_POLICY, STRENGTH, Criterion
from models.inventory.words import SCORES, Answer, PasswordCase, Place, Renewal
from models.journal import Journaled
from models.permissions import Permission
from models.rules import RuleBroken
from models.versions import State
from models.vocabulary import N_, vocabulary


class Assessment(HasEvidence, Record):
    """One look at an application on a day, by somebody. A draft is edited; a validated one never changes again.

    `core_met`, `points` and `most_points` are its result, kept when it is validated, since it is frozen then.
    `replaced_on` is the day of the validated assessment that followed it: without, it is the current one.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        CheckConstraint("(validated_at IS NULL) = (core_met IS NULL)", name="validated_has_result"),
        CheckConstraint("idle_minutes IS NULL OR idle_minutes >= 0", name="idle_minutes_counted"),
        CheckConstraint("password_length IS NULL OR password_length > 0", name="password_length_positive"),
        Index("ix_assessment_current", "application_id", "replaced_on", "validated_at"),
        Index("ix_assessment_trend", "establishment_id", "validated_at", "assessed_on", "replaced_on", "core_met"),
    )
    journal_name = N_("Audit d’authentification")
    evidence_read = Permission.INVENTORY_READ
    evidence_change = (Permission.INVENTORY_ASSESS,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int] = mapped_column(info={"label": N_("Numéro")})
    assessed_on: Mapped[dt.date] = mapped_column(info={"label": N_("Date de l’audit")})
    auditor: Mapped[Short] = mapped_column(info={"label": N_("Auditeur")})
    note: Mapped[Long | None] = mapped_column(info={"label": N_("Observations")})

    password_case: Mapped[PasswordCase | None] = mapped_column(
        vocabulary(PasswordCase), info={"label": N_("Cas de la CNIL")}
    )
    password_length: Mapped[int | None] = mapped_column(info={"label": N_("Longueur minimale")})
    password_alphabet: Mapped[list[str] | None] = mapped_column(
        info={"label": N_("Types de caractères exigés"), "terms": "password_alphabet"}
    )
    password_enforced: Mapped[bool | None] = mapped_column(info={"label": N_("Règle contrôlée techniquement")})
    renewal: Mapped[Renewal | None] = mapped_column(vocabulary(Renewal), info={"label": N_("Renouvellement")})
    renewal_days: Mapped[int | None] = mapped_column(info={"label": N_("Période de renouvellement, en jours")})
    idle_minutes: Mapped[int | None] = mapped_column(info={"label": N_("Délai d’inactivité, en minutes")})
    idle_place: Mapped[Place | None] = mapped_column(vocabulary(Place), info={"label": N_("Lieu d’usage")})

    validated_at: Mapped[At | None] = mapped_column(info={"label": N_("Validé le")})
    validated_by: Mapped[Short | None] = mapped_column(info={"label": N_("Validé par")})
    core_met: Mapped[bool | None]
    points: Mapped[int | None]
    most_points: Mapped[int | None]
    replaced_on: Mapped[dt.date | None]
    updated_at: Mapped[At]
    updated_by: Mapped[Short]
    revision: Mapped[int] = mapped_column()

    application: Mapped[Application] = relationship(back_populates="assessments")
    answers: Mapped[list["AssessmentAnswer"]] = relationship(
        back_populates="assessment",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="AssessmentAnswer.criterion",
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    # Making

    @classmethod
    def begin(
        cls, application: Application, criteria: Iterable[str], last: "Assessment | None", by: str, at: dt.datetime
    ) -> "Assessment":
        """A new draft for `application`: every criterion unknown, or as the `last` assessment answered it.

        Raises RuleBroken when the last one is still a draft: it is to be finished first.
        """
        if last is not None and not last.is_validated:
            raise RuleBroken("", N_("Un audit est déjà en cours pour cette application : terminez-le d’abord."))
        known = last.by_criterion() if last else {}
        made = cls(
            establishment_id=application.establishment_id,
            application=application,
            number=last.number + 1 if last else 1,
            assessed_on=day_of(at),
            auditor=by,
            **{key: getattr(last, key) for key in _MEASURES if last},
        )
        made.answers = [_again(code, known.get(code)) for code in criteria]
        made.touch(by, at)
        return made

    # What it says of itself

    @property
    def is_validated(self) -> bool:
        return self.validated_at is not None

    def by_criterion(self) -> dict[str, "AssessmentAnswer"]:
        return {answer.criterion: answer for answer in self.answers}

    @property
    def strength(self) -> passwords.Strength | None:
        return passwords.strength(self.password_case, self.password_length, self.password_alphabet)

    def computed(self) -> dict[str, Answer]:
        """What the measures are worth by the rules, by criterion; nothing for a rule that says too little."""
        if self.password_case is PasswordCase.NONE:
            renewal: tuple[Answer | None, Answer | None] = (Answer.NOT_APPLICABLE, Answer.NOT_APPLICABLE)
            strength: Answer | None = Answer.NOT_APPLICABLE
        else:
            renewal = passwords.renewal_answers(self.renewal)
            strength = passwords.strength_answer(self.strength, self.password_enforced)
        found = {
            RENEWAL: renewal[0],
            RENEWAL_POLICY: renewal[1],
            STRENGTH: strength,
            IDLE: passwords.idle_answer(self.idle_minutes, self.idle_place),
        }
        return {code: answer for code, answer in found.items() if answer is not None}

    def score(self, criteria: Mapping[str, Criterion]) -> tuple[int, int]:
        """(points, most points): the weighted score over the criteria answered and applicable (domain note, 9.5)."""
        counted = [
            (SCORES[answer.answer], criteria[answer.criterion].weight)
            for answer in self.answers
            if answer.answer in SCORES and answer.criterion in criteria
        ]
        return sum(points * weight for points, weight in counted), sum(2 * weight for _, weight in counted)

    def meets_core(self) -> bool:
        """Whether AUT01, AUT05 and AUT20 are all compliant, or not applicable with a reason (domain note, 9.6)."""
        known = self.by_criterion()
        return all(code in known and known[code].is_met for code in CORE)

    def topics(self) -> dict[str, str]:
        """Its criteria, in the order of the grid: a piece proves the answer to one of them."""
        asked = Criterion.listed().join(AssessmentAnswer).where(AssessmentAnswer.assessment_id == self.id)
        session: Session = object_session(self)  # type: ignore[assignment]
        return {one.code: f"{one.code} {one.title}" for one in session.scalars(asked)}

    def is_blank(self) -> bool:
        return all(answer.answer is Answer.UNKNOWN for answer in self.answers)

    # Transitions

    def touch(self, by: str, at: dt.datetime) -> None:
        """Note that the draft was edited. Raises RuleBroken when it is validated: it is frozen."""
        if self.is_validated:
            raise RuleBroken("", N_("Cet audit est validé : il ne se modifie plus. Commencez-en un nouveau."))
        self.updated_by, self.updated_at = by, at

    def propose(self) -> None:
        """Answer with what the rules compute, where nobody has answered yet."""
        known = self.by_criterion()
        for code, answer in self.computed().items():
            if code in known and known[code].answer is Answer.UNKNOWN:
                known[code].answer = answer
                if answer is Answer.NOT_APPLICABLE:
                    known[code].reason = N_("Authentification sans mot de passe.")

    def validate(
        self, criteria: Mapping[str, Criterion], last: "Assessment | None", by: str, at: dt.datetime, today: dt.date
    ) -> None:
        """Freeze the assessment: it becomes the current one, after `last`. Raises RuleBroken naming what is missing."""
        if self.is_validated:
            raise RuleBroken("", N_("Cet audit est déjà validé."))
        if self.assessed_on > today:
            raise RuleBroken("assessed_on", N_("La date de l’audit est dans le futur."))
        if last is not None and self.assessed_on < last.assessed_on:
            raise RuleBroken("assessed_on", N_("Un audit plus récent est déjà validé pour cette application."))
        if self.is_blank():
            raise RuleBroken("", N_("Répondez au moins à un critère avant de valider."))
        self._check_reasons()
        self.core_met = self.meets_core()
        self.points, self.most_points = self.score(criteria)
        self.validated_by, self.validated_at = by, at
        if last is not None:
            last.replaced_on = self.assessed_on

    def _check_reasons(self) -> None:
        missing = [answer.criterion for answer in self.answers if answer.lacks_reason]
        if missing:
            raise RuleBroken("", N_("Donnez le motif de chaque « sans objet » : ") + ", ".join(missing) + ".")

    # As plain data, and selects

    def state(self) -> State:
        """The assessment as JSON data, its answers by criterion: what differences compare."""
        fields = {key: self.told(key) for key in self.journal_fields() if key not in _LIFE}
        answers = [
            {"id": row.criterion, **{key: row.told(key) for key in row.journal_fields()}} for row in self.answers
        ]
        return {"fields": fields, "parts": {"assessment_answer": answers}}

    @classmethod
    def whole(cls) -> Select["Assessment"]:
        """Assessments with their answers and their application."""
        return select(cls).options(
            selectinload(cls.answers), selectinload(cls.application).selectinload(Application.vendor)
        )

    @classmethod
    def is_current(cls) -> Any:
        """SQL: the validated assessment of its application that no other replaced."""
        return and_(cls.validated_at.is_not(None), cls.replaced_on.is_(None))

    def journal_title(self) -> str:
        return f"{self.application.journal_title()}, audit n° {self.number}"


_MEASURES = (
    "password_case", "password_length", "password_alphabet", "password_enforced",
    "renewal", "renewal_days", "idle_minutes", "idle_place",
)  # fmt: skip
_LIFE = frozenset({"number", "validated_at", "validated_by"})


class AssessmentAnswer(Journaled, Record):
    """What was found for one criterion: the answer, the value read on the spot, the proof; why when not applicable."""

    __tablename__ = "assessment_answer"
    __table_args__ = (UniqueConstraint("assessment_id", "criterion"),)
    journal_name = N_("Réponse")

    assessment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assessment.id", ondelete="CASCADE"))
    criterion: Mapped[str] = mapped_column(ForeignKey("criterion.code"), index=True, info={"label": N_("Critère")})
    answer: Mapped[Answer] = mapped_column(vocabulary(Answer), default=Answer.UNKNOWN, info={"label": N_("Réponse")})
    value: Mapped[Short | None] = mapped_column(info={"label": N_("Valeur constatée")})
    reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif")})
    proof: Mapped[Long | None] = mapped_column(info={"label": N_("Preuve")})

    assessment: Mapped[Assessment] = relationship(back_populates="answers")

    @property
    def lacks_reason(self) -> bool:
        """Whether « sans objet » is said without a written justification."""
        return self.answer is Answer.NOT_APPLICABLE and not (self.reason or "").strip()

    @property
    def is_met(self) -> bool:
        return self.answer is Answer.COMPLIANT or (self.answer is Answer.NOT_APPLICABLE and not self.lacks_reason)

    def journal_subject(self) -> Journaled:
        return self.journal_owner("assessment")

    def journal_title(self) -> str:
        return self.criterion


def _again(code: str, before: AssessmentAnswer | None) -> AssessmentAnswer:
    answer = AssessmentAnswer(criterion=code, answer=Answer.UNKNOWN)
    if before is not None:
        answer.answer, answer.value, answer.reason, answer.proof = (
            before.answer, before.value, before.reason, before.proof
        )  # fmt: skip
    return answer
