"""What a notice is asked to tell, by whom and to whom, and the blocks that its text is made of."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.establishments import Establishment
from models.notices.facts import Lexicon
from models.notices.telling import Statement
from models.register.activity import Activity


@dataclass(frozen=True)
class Contacts:
    """How patients reach the controller and the DPO; what is not known is empty."""

    name: str
    address: str
    email: str
    phone: str
    postal: str

    @classmethod
    def of(cls, establishment: Establishment, on: dt.date) -> "Contacts":
        """Those of an establishment on a day: its DPO is whoever is nominated then, reached by her public contacts."""
        town = " ".join(filter(None, (establishment.postcode, establishment.city)))
        address = ", ".join(filter(None, (establishment.address, town)))
        dpo = establishment.dpo(on)
        return cls(
            name=establishment.name,
            address=address,
            email=dpo.email or "",
            phone=dpo.phone or establishment.phone or "",
            postal=dpo.address or address,
        )

    def told(self) -> dict[str, str]:
        return dict(vars(self))


@dataclass(frozen=True)
class Order:
    """What is asked for: which activities, for whom, with what the hospital typed, under which number and address."""

    title: str
    activities: Sequence[Activity]
    lexicon: Lexicon
    contacts: Contacts
    values: Mapping[str, str | None]
    address: str
    number: int
    on: dt.date
    history: Sequence[str] = ()


@dataclass
class Block:
    """A part of the text under its own title."""

    code: str
    title: str
    statements: list[Statement]
    family: str | None = None
    emphasis: bool = False
    on: str | None = None
    legal: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Text:
    """The whole text: the first layer, the second, and the names of the required blanks that had no value."""

    poster: list[Block]
    note: list[Block]
    lacking: set[str]
