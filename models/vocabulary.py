"""Vocabularies: enumerations whose members carry the value stored, a French label and a help text."""

from enum import StrEnum
from typing import Any, Self

from sqlalchemy import Enum


def N_(text: str) -> str:
    """Mark a French sentence for translation; the wing that shows it translates it."""
    return text


class Vocabulary(StrEnum):
    """An enumeration stored by value; each member is written `NAME = "value", N_("Libellé")[, N_("aide")]`."""

    label: str
    help: str

    def __new__(cls, value: str, label: str = "", help_text: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.help = help_text
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, French label) in the order of declaration."""
        return [(member.value, member.label) for member in cls]


def vocabulary(members: type[Vocabulary], **options: Any) -> Enum:
    """The column type of a vocabulary: its value as text, refused by Python when unknown."""
    return Enum(
        members,
        native_enum=False,
        length=40,
        validate_strings=True,
        values_callable=lambda kind: [m.value for m in kind],
        **options,
    )
