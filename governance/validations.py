"""Whether what was validated is still what was validated: job descriptions and risk analyses against the journal."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, Text, cast, select

from governance.as_text import Only, chain_of, flat, parsed, seal_of, sealed_columns, within
from models.chains import BATCH, Fault
from models.journal import Entry, Verb
from models.positions.description import JobDescription
from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from models.risks.sealing import PARTS, seal_of_analysis
from models.versions import Version, canonical
from models.vocabulary import N_
from models.wording import sha256

GONE = N_("la version %s du texte, que cette écriture dit publiée, manque dans la base")
EDITED = N_("la version %s de « %s » a été modifiée dans la base")
ROWS_EDITED = N_(
    "« %s » a été modifiée dans la base depuis sa validation (cadre, scénarios, éléments, entretiens ou liens)"
)
UNTOLD = N_("l’analyse de risques %s est dite validée, et le journal ne le raconte pas")
KINDS = (JobDescription.__tablename__, Analysis.__tablename__)


class Told(NamedTuple):
    """An entry that tells of a validation."""

    chain: str
    seq: int
    kind: str
    subject: str
    title: str
    facts: Any


def verify(connection: Connection, only: Only = None) -> Iterator[Fault]:
    """Each validation whose frozen state is gone or edited, and each validated analysis that is not as it was."""
    told = _told(connection, only)
    yield from _versions(connection, told)
    yield from _analyses(connection, [one for one in told if one.kind == Analysis.__tablename__], only)


def _told(connection: Connection, only: Only) -> list[Told]:
    query = select(
        Entry.chain, Entry.seq, Entry.subject_type, cast(Entry.subject_id, String), Entry.subject_title,
        cast(Entry.detail, Text),
    )  # fmt: skip
    rows = connection.execute(query.where(Entry.verb == Verb.VALIDATED, Entry.subject_type.in_(KINDS), within(only)))
    return [Told(*row[:3], flat(row[3]), row[4], parsed(row[5])) for row in rows]


def _versions(connection: Connection, told: list[Told]) -> Iterator[Fault]:
    columns = Version.subject_type, cast(Version.subject_id, String), Version.number, Version.digest
    query = select(*columns, cast(Version.content, Text)).where(Version.subject_type.in_(KINDS))
    kept = {
        (kind, flat(subject), number): (_digest(content), digest)
        for kind, subject, number, digest, content in connection.execute(query.execution_options(yield_per=20))
    }
    for one in told:
        number, digest = one.facts.get("number"), one.facts.get("digest")
        found = kept.get((one.kind, one.subject, number))
        if found is None:
            yield Fault(one.chain, one.seq, GONE % number)
        elif found != (digest, digest):
            yield Fault(one.chain, one.seq, EDITED % (number, one.title))


def _digest(content: str) -> str:
    """The digest of a frozen state, from what the database holds of it."""
    return sha256(canonical(parsed(content)))


# Analyses, row by row


def _analyses(connection: Connection, told: list[Told], only: Only) -> Iterator[Fault]:
    kept = _seals(connection, only)
    for one in told:
        _reference, found = kept.pop(one.subject, ("", ""))
        if one.facts.get("row") not in (None, found):
            yield Fault(one.chain, one.seq, ROWS_EDITED % one.title)
    for reference, _seal in kept.values():
        yield Fault("", 0, UNTOLD % reference)


def _seals(connection: Connection, only: Only) -> dict[str, tuple[str, str]]:
    """(reference, seal) of each analysis that the database says validated, by identity. One query per kind of part."""
    frames, parts = {}, {kind: _seals_of_parts(connection, kind) for kind in PARTS}
    query = select(
        cast(Analysis.id, String).label("key"), cast(Analysis.establishment_id, String).label("place"),
        Analysis.reference, *sealed_columns(Analysis, connection),
    ).where(Analysis.validated_at.is_not(None))  # fmt: skip
    for row in connection.execute(query):
        if only is None or chain_of(row.place) in only:
            key = flat(row.key)
            held = {kind.__tablename__: found.get(key, ()) for kind, found in parts.items()}
            frames[key] = row.reference, seal_of_analysis(seal_of(Analysis, row), held)
    return frames


def _seals_of_parts(connection: Connection, kind: Any) -> dict[str, list[str]]:
    """The seals of the parts of one kind, by the analysis that holds them."""
    owner = kind if hasattr(kind, "analysis_id") else Scenario
    query = select(cast(owner.analysis_id, String).label("key"), *sealed_columns(kind, connection))
    query = query.join(Scenario, Scenario.id == kind.scenario_id) if owner is not kind else query
    frozen = select(Analysis.id).where(Analysis.validated_at.is_not(None))
    found: dict[str, list[str]] = {}
    rows = query.where(owner.analysis_id.in_(frozen)).execution_options(yield_per=BATCH)
    for row in connection.execute(rows):
        found.setdefault(flat(row.key), []).append(seal_of(kind, row))
    return found
