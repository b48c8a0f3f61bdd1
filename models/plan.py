"""The plan: what somebody is to do by a day, whatever room it was raised in, and how far it is."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    and_,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import User
from models.base import Code, Long, Record, Short
from models.establishments import Department, Establishment
from models.evidence import HasEvidence
from models.journal import Journaled
from models.people import Person
from models.permissions import Permission
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_, Vocabulary, vocabulary

SOON = dt.timedelta(days=7)
"""How long before its due date an action is called to mind."""

READING = tuple(permission for permission in Permission if permission.endswith(":read"))


class State(Vocabulary):
    TODO = "todo", N_("À faire")
    DOING = "doing", N_("En cours")
    DONE = "done", N_("Faite")
    DROPPED = "dropped", N_("Abandonnée")


OPEN = (State.TODO, State.DOING)


class Outcome(Vocabulary):
    """What came of a finding: it is closed once every action it called for is done."""

    UNANSWERED = "unanswered", N_("Sans action")
    UNDER_WAY = "under_way", N_("Action en cours")
    CLOSED = "closed", N_("Clos")

    @classmethod
    def of(cls, actions: Iterable["Action"]) -> "Outcome":
        """What came of the thing that called for `actions`; one that was given up counts for nothing."""
        states = {one.state for one in actions} - {State.DROPPED}
        if not states:
            return cls.UNANSWERED
        return cls.CLOSED if states == {State.DONE} else cls.UNDER_WAY


class Priority(Vocabulary):
    HIGH = "high", N_("Haute")
    NORMAL = "normal", N_("Normale")
    LOW = "low", N_("Basse")


class Action(HasEvidence, Searchable, Record):
    """Something to do. It may tell where it comes from (`origin_…`); a confidential one is read with that right too."""

    __tablename__ = "action"
    journal_name = N_("Action")
    evidence_read = Permission.PLAN_READ
    evidence_change = (Permission.PLAN_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    department_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("department.id"), index=True, info={"label": N_("Service"), "named": "department"}
    )
    title: Mapped[Short] = mapped_column(info={"label": N_("Action")})
    note: Mapped[Long | None] = mapped_column(info={"label": N_("Précisions")})
    priority: Mapped[Priority] = mapped_column(
        vocabulary(Priority), default=Priority.NORMAL, info={"label": N_("Priorité")}
    )
    state: Mapped[State] = mapped_column(vocabulary(State), default=State.TODO, info={"label": N_("État")})
    progress: Mapped[int] = mapped_column(default=0, info={"label": N_("Avancement (%)")})
    owner_name: Mapped[Short | None] = mapped_column(info={"label": N_("Responsable")})
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    due_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Échéance")})
    started_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Commencée le")})
    done_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Faite le")})
    drop_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif de l’abandon")})
    origin_type: Mapped[Code | None]
    origin_id: Mapped[uuid.UUID | None]
    origin_title: Mapped[Short | None] = mapped_column(info={"label": N_("Origine")})
    origin_needs: Mapped[Permission | None] = mapped_column(vocabulary(Permission))
    confidential: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[Short]
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    department: Mapped[Department | None] = relationship()
    owner: Mapped[User | None] = relationship()
    person: Mapped[Person | None] = relationship()
    comments: Mapped[list["ActionComment"]] = relationship(
        back_populates="action",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="ActionComment.created_at.desc()",
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute
    __table_args__ = (
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_is_a_share"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done_has_date"),
        CheckConstraint("(state = 'dropped') = (drop_reason IS NOT NULL)", name="dropped_has_reason"),
        CheckConstraint("(origin_type IS NULL) = (origin_id IS NULL)", name="origin_is_whole"),
        CheckConstraint("origin_needs IS NOT NULL OR NOT confidential", name="confidential_says_to_whom"),
        Index("ix_action_list", "establishment_id", "state", "due_on"),
        Index("ix_action_owner_id", "owner_id", "state"),
        Index("ix_action_origin", "origin_type", "origin_id"),
    )

    # Where it comes from, and who reads it

    @classmethod
    def raised_by(
        cls,
        thing: Any,
        title: str,
        by: str,
        *,
        needs: Permission | None = None,
        confidential: bool | None = None,
        **more: Any,
    ) -> "Action":
        """An action that `thing` (a journaled record of an establishment) calls for; `by` is who raised it.

        `needs`: the right that reading the thing needs (its own `evidence_read` by default). The action tells where it
        comes from to those who hold it; it is hidden from others when `confidential`, as it is by default when the
        journal does not tell how `thing` changes. `more`: other columns.
        """
        return cls(
            establishment_id=thing.establishment_id,
            title=title[:200],
            created_by=by,
            origin_type=thing.__tablename__,
            origin_id=thing.id,
            origin_title=thing.journal_title()[:200],
            origin_needs=needs or thing.evidence_read,
            confidential=thing.is_withheld if confidential is None else confidential,
            **{"department_id": getattr(thing, "department_id", None), **more},
        )

    @classmethod
    def from_origin(cls, thing: Any) -> Select["Action"]:
        """The actions that a record called for, by due date."""
        mine = cls.origin_type == thing.__tablename__, cls.origin_id == thing.id
        return select(cls).where(*mine).order_by(cls.due_on.is_(None), cls.due_on, cls.title)

    def read_needs(self) -> tuple[Permission, ...]:
        own = (self.origin_needs,) if self.confidential and self.origin_needs else ()
        return (self.evidence_read, *own)

    def is_own(self, user_id: uuid.UUID | None) -> bool:
        return user_id is not None and self.owner_id == user_id

    @classmethod
    def readable(
        cls, opened: Callable[[Permission], ColumnElement[bool]], user_id: uuid.UUID | None
    ) -> ColumnElement[bool]:
        by_origin = or_(false(), *(and_(cls.origin_needs == need, opened(need)) for need in READING))
        shared = and_(opened(cls.evidence_read), or_(cls.confidential.is_(False), by_origin))
        return or_(shared, cls.owner_id == user_id) if user_id else shared

    @property
    def is_withheld(self) -> bool:
        return self.confidential

    # Whose it is

    def entrust(self, user: User | None, name: str | None = None, person: Person | None = None) -> None:
        """Give it to an account, to a person of the directory, to somebody named only, or to nobody yet."""
        if user is None and person is not None:
            user = person.user
        self.owner, self.person = user, person
        self.owner_name = user.name if user else f"{person.given_name} {person.family_name}" if person else name

    @property
    def address(self) -> str | None:
        """Where its owner receives mail, if it is known."""
        return self.owner.email if self.owner else self.person.email if self.person else None

    # Its life

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_late(self, today: dt.date) -> bool:
        """Whether its day is past and it is still open; without a day, never."""
        return self.is_open and self.due_on is not None and self.due_on < today

    @classmethod
    def late(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: what `is_late` says."""
        return and_(cls.state.in_(OPEN), cls.due_on < today)

    @classmethod
    def soon(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: open, and due within a week."""
        return and_(cls.state.in_(OPEN), cls.due_on.between(today, today + SOON))

    def follow(self, progress: int, on: dt.date) -> None:
        """Say how far it is. Raises RuleBroken outside 0 to 100, or once it is closed."""
        if not self.is_open:
            raise RuleBroken("", N_("Cette action est close : rouvrez-la d’abord."))
        if not 0 <= progress <= 100:
            raise RuleBroken("progress", N_("L’avancement va de 0 à 100."))
        if progress and self.state is State.TODO:
            self.start(on)
        self.progress = progress

    def start(self, on: dt.date) -> None:
        """Say that it is being done."""
        self._reopen()
        self.state, self.started_on = State.DOING, self.started_on or on

    def put_back(self) -> None:
        """Say that it is still to do."""
        self._reopen()
        self.state, self.started_on, self.progress = State.TODO, None, 0

    def finish(self, on: dt.date) -> None:
        """Close it as done."""
        self._reopen()
        self.state, self.done_on, self.progress = State.DONE, on, 100

    def drop(self, reason: str | None) -> None:
        """Give it up. Raises RuleBroken without a reason."""
        if not reason:
            raise RuleBroken("reason", N_("Dites pourquoi l’action est abandonnée."))
        self._reopen()
        self.state, self.drop_reason = State.DROPPED, reason

    def _reopen(self) -> None:
        if self.state is State.DONE:
            self.progress = 90
        self.done_on = self.drop_reason = None

    def search_words(self) -> list[str | None]:
        return [self.title, self.note, self.owner_name, None if self.confidential else self.origin_title]

    def journal_title(self) -> str:
        return N_("Action confidentielle") if self.confidential else self.title


class ActionComment(Journaled, Record):
    """What somebody said of an action on a day."""

    __tablename__ = "action_comment"
    journal_name = N_("Commentaire")
    title_field = "text"

    action_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"), index=True)
    text: Mapped[Long] = mapped_column(info={"label": N_("Commentaire")})
    written_by: Mapped[Short]

    action: Mapped[Action] = relationship(back_populates="comments")

    def journal_subject(self) -> Journaled:
        return self.journal_owner("action")

    def journal_title(self) -> str:
        return self.text[:80]
