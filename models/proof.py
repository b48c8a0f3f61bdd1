"""What proves the past to a stranger: the public keys that signed, kept for ever, and the signed checkpoints."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, Select, String, Text, and_, func, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import At, Base, Code, Record


class SigningKey(Base):
    """A public key of the installation. Never changed, never removed: what it signed must be checked in thirty years.

    `statement` is the key's own signed statement, which the key before it signed too (see governance/signing.py).
    """

    __tablename__ = "signing_key"

    kid: Mapped[Code] = mapped_column(primary_key=True)
    pem: Mapped[str] = mapped_column(Text)
    statement: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[At]

    @classmethod
    def all(cls) -> Select["SigningKey"]:
        """Every key, the newest first."""
        return select(cls).order_by(cls.kid.desc())


class Checkpoint(Record):
    """The state of a chain of the journal at an instant, signed. Never changed, never removed; copies live outside."""

    __tablename__ = "checkpoint"
    __table_args__ = (Index("ix_checkpoint_chain_seq", "chain", "seq"),)

    chain: Mapped[str] = mapped_column(String(40))
    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[At]
    kid: Mapped[Code] = mapped_column(ForeignKey("signing_key.kid"))
    envelope: Mapped[dict[str, Any]] = mapped_column(JSON)

    @classmethod
    def furthest(cls, chains: Sequence[str]) -> Select["Checkpoint"]:
        """For each of some chains, the checkpoint that goes furthest."""
        last = select(cls.chain, func.max(cls.seq).label("seq")).where(cls.chain.in_(chains)).group_by(cls.chain)
        ends = last.subquery()
        return select(cls).join(ends, and_(cls.chain == ends.c.chain, cls.seq == ends.c.seq)).order_by(cls.chain)


__all__ = ["Checkpoint", "SigningKey"]
