"""Accounts: users, the roles granted to them, and what their sign-in needs."""

import datetime as dt
import uuid

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Code, Record, Short
from models.establishments import Department, Establishment
from models.journal import Journaled
from models.permissions import Role
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_, Vocabulary, vocabulary


class User(Journaled, Searchable, Record):
    """A person who signs in. An account is disabled, never deleted: the journal names it."""

    __tablename__ = "user"
    __table_args__ = (UniqueConstraint("login"),)
    journal_name = N_("Compte")
    MAX_LOGIN = 60

    login: Mapped[Code] = mapped_column(String(MAX_LOGIN), info={"label": N_("Identifiant")})
    name: Mapped[Short] = mapped_column(info={"label": N_("Nom")})
    email: Mapped[Short] = mapped_column(info={"label": N_("Adresse électronique")})
    password_hash: Mapped[str | None] = mapped_column(Text, info={"label": N_("Mot de passe"), "secret": True})
    password_changed_at: Mapped[At | None]
    totp_sealed: Mapped[str | None] = mapped_column(Text, info={"label": N_("Second facteur"), "secret": True})
    totp_last_step: Mapped[int] = mapped_column(default=0)
    totp_confirmed_at: Mapped[At | None]
    disabled_at: Mapped[At | None] = mapped_column(info={"label": N_("Désactivé le")})

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="user", foreign_keys="RoleGrant.user_id", order_by="RoleGrant.granted_at"
    )

    @property
    def is_enrolled(self) -> bool:
        return self.password_hash is not None and self.totp_confirmed_at is not None

    @property
    def is_disabled(self) -> bool:
        return self.disabled_at is not None

    def disable(self, at: dt.datetime) -> None:
        """Close the account. Raises RuleBroken when it is closed already."""
        if self.is_disabled:
            raise RuleBroken("", N_("Ce compte est déjà désactivé."))
        self.disabled_at = at

    def enable(self) -> None:
        """Open a disabled account again. Raises RuleBroken when it is open."""
        if not self.is_disabled:
            raise RuleBroken("", N_("Ce compte n’est pas désactivé."))
        self.disabled_at = None

    def search_words(self) -> list[str | None]:
        return [self.login, self.name, self.email]

    def journal_title(self) -> str:
        return f"{self.name} ({self.login})"


class RoleGrant(Journaled, Record):
    """A role given to a person for one establishment, one of its departments, or the group; revoked, never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by_id IS NULL)", name="revoked_by_someone"),
        Index("ix_role_grant_user_id", "user_id"),
    )
    journal_name = N_("Rôle")

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    role: Mapped[Role] = mapped_column(vocabulary(Role), info={"label": N_("Rôle")})
    establishment_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("establishment.id"), info={"label": N_("Établissement"), "named": "establishment"}
    )
    department_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("department.id"), info={"label": N_("Service"), "named": "department"}
    )
    starts_on: Mapped[dt.date] = mapped_column(info={"label": N_("Du")})
    ends_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Au")})
    granted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    granted_at: Mapped[At]
    revoked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    revoked_at: Mapped[At | None] = mapped_column(info={"label": N_("Retiré le")})
    revoked_reason: Mapped[str | None] = mapped_column(Text, info={"label": N_("Motif du retrait")})

    user: Mapped[User] = relationship(back_populates="grants", foreign_keys=[user_id])
    establishment: Mapped[Establishment | None] = relationship()
    department: Mapped[Department | None] = relationship()
    granted_by: Mapped[User | None] = relationship(foreign_keys=[granted_by_id])
    revoked_by: Mapped[User | None] = relationship(foreign_keys=[revoked_by_id])

    def revoke(self, by: User, at: dt.datetime, reason: str) -> None:
        """Take the role back. Raises RuleBroken when it was taken back before."""
        if self.revoked_at:
            raise RuleBroken("", N_("Ce rôle a déjà été retiré."))
        self.revoked_by, self.revoked_at, self.revoked_reason = by, at, reason

    def is_in_force(self, on: dt.date) -> bool:
        return self.revoked_at is None and self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    @classmethod
    def counts(cls, on: dt.date | ColumnElement[dt.date]) -> ColumnElement[bool]:
        """SQL: the grant is in force on a day."""
        return and_(cls.revoked_at.is_(None), cls.starts_on <= on, or_(cls.ends_on.is_(None), cls.ends_on >= on))

    @classmethod
    def in_force(cls, on: dt.date) -> Select["RoleGrant"]:
        """The grants that count on a day."""
        return select(cls).where(cls.counts(on))

    def journal_subject(self) -> Journaled:
        return self.journal_owner("user")

    def journal_title(self) -> str:
        return self.role.label


class RecoveryCode(Record):
    """One of the ten codes that replace a lost phone, once each; only its digest is kept."""

    __tablename__ = "recovery_code"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[At | None]


class SignInSession(Record):
    """A browser that signed in: the digest of its random token, and until when it holds."""

    __tablename__ = "sign_in_session"
    __table_args__ = (UniqueConstraint("digest"),)

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[At]
    strong_at: Mapped[At]
    expires_at: Mapped[At]
    revoked_at: Mapped[At | None]
    address: Mapped[Code | None]
    agent: Mapped[Short | None]
    establishment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("establishment.id"))

    user: Mapped[User] = relationship()


class TokenPurpose(Vocabulary):
    INVITATION = "invitation", N_("Invitation")
    PASSWORD_RESET = "password_reset", N_("Nouveau mot de passe")
    PENDING = "pending", N_("Connexion en attente du second facteur")
    ENROLMENT = "enrolment", N_("Second facteur en cours d’enregistrement")


class Token(Record):
    """A one-use link or a half-made sign-in: only the digest of the secret is kept."""

    __tablename__ = "token"
    __table_args__ = (UniqueConstraint("digest"),)

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    purpose: Mapped[TokenPurpose] = mapped_column(vocabulary(TokenPurpose))
    digest: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[At]
    used_at: Mapped[At | None]

    user: Mapped[User] = relationship()


class KnownDevice(Record):
    """A browser that passed both factors once: its tries are counted apart, so nobody else can lock its owner out."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("digest"),)

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))


class Tries(Record):
    """How often something was tried in a window of time (account, address…), shared by all workers."""

    __tablename__ = "tries"
    __table_args__ = (UniqueConstraint("bucket", "window_start"),)

    bucket: Mapped[Short]
    window_start: Mapped[At]
    count: Mapped[int] = mapped_column(Integer, default=0)
