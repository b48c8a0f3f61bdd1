"""Whom a notice tells patients to write to: the establishment and its DPO."""

from models.establishments import Establishment
from models.notices.composing import Contacts


def contacts_of(establishment: Establishment) -> Contacts:
    """How to reach the controller and the DPO, as patients are told; what is not known is empty."""
    address = ", ".join(
        filter(None, (establishment.address, " ".join(filter(None, (establishment.postcode, establishment.city)))))
    )
    return Contacts(
        name=establishment.name,
        address=address,
        email=establishment.dpo_email or "",
        phone=establishment.dpo_phone or establishment.phone or "",
        postal=establishment.dpo_address or address,
    )
