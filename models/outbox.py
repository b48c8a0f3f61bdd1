"""Mail to send, queued in the transaction of the change it announces and delivered afterwards."""

from sqlalchemy import Integer, Select, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import At, Record, Short
from models.vocabulary import N_, Vocabulary, vocabulary


class Delivery(Vocabulary):
    WAITING = "waiting", N_("En attente")
    SENDING = "sending", N_("Envoi en cours")
    SENT = "sent", N_("Envoyé")
    FAILED = "failed", N_("Échec")


class Message(Record):
    """One mail to one person."""

    __tablename__ = "message"

    recipient: Mapped[Short]
    subject: Mapped[Short]
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[Delivery] = mapped_column(vocabulary(Delivery), default=Delivery.WAITING, index=True)
    not_before: Mapped[At | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[At | None]
    last_error: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def waiting(cls, at: At) -> Select["Message"]:
        """Messages due at an instant, oldest first."""
        due = (cls.not_before.is_(None)) | (cls.not_before <= at)
        return select(cls).where(cls.state == Delivery.WAITING, due).order_by(cls.created_at)
