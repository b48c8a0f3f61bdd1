"""Mail to send, queued in the transaction of the change it announces and delivered afterwards."""

import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Record, Short
from models.establishments import Establishment
from models.vocabulary import N_, Vocabulary, vocabulary


class Delivery(Vocabulary):
    WAITING = "waiting", N_("En attente")
    SENDING = "sending", N_("Envoi en cours")
    SENT = "sent", N_("Envoyé")
    FAILED = "failed", N_("Échec")


class MailFault(Vocabulary):
    """Why a message has not left, as an administrator can act on it."""

    SERVER_DOWN = (
        "server_down",
        N_("Serveur injoignable"),
        N_("Le serveur de courriel ne répond pas ou a coupé la connexion. Vigie réessaie d’elle-même."),
    )
    SENDER_REFUSED = (
        "sender_refused",
        N_("Expéditeur refusé"),
        N_("Le serveur refuse l’adresse d’expédition de Vigie : corrigez MAIL_FROM ou le serveur. Vigie réessaie."),
    )
    NOT_NOW = (
        "not_now",
        N_("Refus provisoire"),
        N_("Le serveur demande d’attendre. Vigie réessaie d’elle-même, de plus en plus rarement."),
    )
    ADDRESS_REFUSED = (
        "address_refused",
        N_("Adresse refusée"),
        N_("Le serveur refuse cette adresse pour de bon : corrigez l’adresse de la personne, puis renvoyez."),
    )
    CONTENT_REFUSED = (
        "content_refused",
        N_("Message refusé"),
        N_("Le serveur refuse ce message pour de bon : demandez-en la raison à qui tient le serveur, puis renvoyez."),
    )
    NOT_WRITABLE = (
        "not_writable",
        N_("Message mal formé"),
        N_("L’adresse ou l’objet contient un caractère interdit dans un courriel."),
    )


class Message(Record):
    """One mail to one person. Its identity is its Message-ID: a mail sent again is known as the same.

    `establishment_id` says whose administrators see it; None: those of the whole group only.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_created_at", "created_at"),)

    recipient: Mapped[Short]
    subject: Mapped[Short]
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[Delivery] = mapped_column(vocabulary(Delivery), default=Delivery.WAITING, index=True)
    not_before: Mapped[At | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[At | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    fault: Mapped[MailFault | None] = mapped_column(vocabulary(MailFault))
    establishment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Establishment.id), index=True)

    enclosures: Mapped[list["Enclosure"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="Enclosure.name"
    )

    @staticmethod
    def again() -> dict[str, Any]:
        """The values of a message that is put back among those that wait."""
        return {"state": Delivery.WAITING, "not_before": None, "tries": 0, "fault": None, "last_error": None}

    def send_again(self) -> bool:
        """Put a failed message back among those that wait; False, and nothing done, when it has not failed."""
        if self.state is not Delivery.FAILED:
            return False
        for name, value in self.again().items():
            setattr(self, name, value)
        return True


class Enclosure(Record):
    """A file that travels with a message, kept until it has left."""

    __tablename__ = "enclosure"

    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Message.id, ondelete="CASCADE"), index=True)
    name: Mapped[Short]
    media_type: Mapped[Short]
    content: Mapped[bytes] = mapped_column(LargeBinary)
