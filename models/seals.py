"""Seals: what a frozen row says beyond the digest of its bytes, as one digest that its entry in the journal keeps.

Whoever edits such a row by hand is then named by the verification of the journal.
"""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from models.vocabulary import Vocabulary


def told(value: Any) -> Any:
    """A value as seals read it: dates and identities as text, instants in UTC to the millisecond."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID | Vocabulary):
        return str(value)
    return value


def seal(values: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, over the canonical JSON of `values`."""
    plain = {name: told(value) for name, value in values.items()}
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class Sealed:
    """A row that is never changed once written; `sealed` names columns that `told` writes as any database does."""

    sealed: ClassVar[tuple[str, ...]]

    def seal(self) -> str:
        return seal({name: getattr(self, name) for name in self.sealed})
