"""The public version: what a register communicated to anyone leaves out, for every format alike.

A public body's register is a communicable document once its security information is redacted (CNIL, on the register).
"""

from exports.columns import ACTIVITY_COLUMNS, PART_COLUMNS, PROCESSOR_COLUMNS, SUB_PROCESSOR_COLUMNS, Column

WITHHELD_PARTS = frozenset({"security_measures", "access_rights"})

WITHHELD_FIELDS = {
    "activity": frozenset({"contact_name", "contact_email", "security_notes", "notes", "confirmed_by"}),
    "actors": frozenset({"address", "postcode", "city", "phone", "email"}),
    "retentions": frozenset({"confirmed_by"}),
    "processor": frozenset({"contact_name", "email", "phone", "address", "dpo_contact", "notes"}),
}
"""Fields by collection ("activity" and "processor" for the records themselves)."""


def _shown(name: str, columns: tuple[Column, ...], public: bool) -> tuple[Column, ...]:
    withheld = WITHHELD_FIELDS.get(name, frozenset()) if public else frozenset()
    return tuple(column for column in columns if column.key not in withheld)


def activity_columns(public: bool) -> tuple[Column, ...]:
    """The columns of an activity in a public or a complete export."""
    return _shown("activity", ACTIVITY_COLUMNS, public)


def part_columns(public: bool) -> dict[str, tuple[Column, ...]]:
    """The collections of an activity and their columns in a public or a complete export."""
    return {
        name: _shown(name, columns, public)
        for name, columns in PART_COLUMNS.items()
        if not (public and name in WITHHELD_PARTS)
    }


def processor_columns(public: bool) -> tuple[Column, ...]:
    """The columns of the directory of processors in a public or a complete export."""
    return _shown("processor", PROCESSOR_COLUMNS, public)


def sub_processor_columns(public: bool) -> tuple[Column, ...]:
    """The columns of the processors' own processors."""
    return _shown("sub_processor", SUB_PROCESSOR_COLUMNS, public)
