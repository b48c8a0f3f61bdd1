"""The verification of the journal: guards, chains, signed checkpoints kept here or outside, and what charters prove."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from exports.signed import Fault as Refusal
from exports.signed import Keys, Refused, canonical, read, verify_envelope
from governance import checkpoints, concordance, signing, validations
from models import chains, guards
from models.chains import Fault, Mark
from models.installation import Installation
from models.journal import Entry
from models.proof import Checkpoint, SigningKey
from models.vocabulary import N_

GUARDED = N_("la garde %s manque ou a été changée dans la base")
FORGED = N_("le jalon de cette écriture a été modifié ou fabriqué")
WRONG_KEY = N_("le jalon de cette écriture est signé par la clé %s, à laquelle rien ne permet de se fier")


@dataclass
class Report:
    """What a verification found. `doubts`: what keeps from concluding; `marks`: what is attested, by chain."""

    faults: list[Fault] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    uncovered: int = 0

    @property
    def status(self) -> int:
        """For a command: 0 intact, 1 tampered with, 2 nothing can be concluded."""
        return 1 if self.faults else 2 if self.doubts else 0

    @property
    def sentences(self) -> list[str]:
        """What was found wrong, one sentence each."""
        return [sentence(fault) for fault in self.faults] + self.doubts

    @property
    def summary(self) -> str:
        """In a sentence, for who finds the journal intact."""
        attested = [mark.at for marks in self.marks.values() for mark in marks]
        if not attested:
            return N_("Le journal est intact. Aucun jalon signé ne l’atteste encore.")
        last = max(attested).strftime("%d/%m/%Y à %H:%M UTC")
        return N_(
            "Le journal est intact. Dernier jalon : %s ; écritures faites depuis, que rien n’atteste encore : %s."
        ) % (
            last,
            self.uncovered,
        )


def sentence(fault: Fault) -> str:
    """A fault as it is said."""
    return f"Chaîne {fault.chain}, écriture {fault.seq} : {fault.reason}." if fault.chain else f"{fault.reason}."


def verify(
    connection: Connection, keys: Keys, files: Iterable[bytes] = (), only: Collection[str] | None = None
) -> Report:
    """Check the whole journal, or only some chains, with the public keys that one trusts and kept checkpoints."""
    report = Report()
    report.faults += [Fault("", 0, GUARDED % name) for name in guards.drifted(connection)]
    trusted = signing.reached(keys, connection.scalars(select(SigningKey.statement).order_by(SigningKey.kid)).all())
    _read_base(connection, report, trusted, only)
    for data in files:
        _read_file(connection, report, trusted, data)
    report.faults += chains.verify(connection, report.marks, only)
    report.faults += concordance.verify(connection, trusted, only)
    report.faults += validations.verify(connection, only)
    report.uncovered = _uncovered(connection, report.marks, only)
    return report


def _read_base(connection: Connection, report: Report, keys: Keys, only: Collection[str] | None) -> None:
    query = select(Checkpoint.chain, Checkpoint.seq, Checkpoint.digest, Checkpoint.envelope).order_by(Checkpoint.at)
    for row in connection.execute(query.execution_options(yield_per=chains.BATCH)):
        if only is None or row.chain in only:
            mark = _attested(report, row.envelope, keys, row.chain, row.seq)
            if mark and (mark.seq, mark.digest) != (row.seq, row.digest):
                report.faults.append(Fault(row.chain, row.seq, FORGED))


def _read_file(connection: Connection, report: Report, keys: Keys, data: bytes) -> None:
    instance = str(connection.scalar(select(Installation.identity)))
    for line in filter(None, data.splitlines()):
        try:
            envelope = read(line)
            told = envelope["document"]
            chain, seq, elsewhere = str(told["chain"]), int(told["seq"]), told["instance"] != instance
        except (Refused, KeyError, TypeError, ValueError):
            report.doubts.append(N_("Un fichier de jalons est illisible, ou n’en est pas un."))
            return
        if elsewhere:
            report.doubts.append(N_("Un fichier de jalons vient d’une autre installation de Vigie."))
            return
        _attested(report, envelope, keys, chain, seq)


def _attested(report: Report, envelope: Any, keys: Keys, chain: str, seq: int) -> Mark | None:
    """What an envelope attests, once its signature was checked; a fault in the report otherwise."""
    try:
        told = verify_envelope(read(canonical(envelope)), checkpoints.TYPE, keys)
        mark = Mark(told["seq"], told["digest"], dt.datetime.fromisoformat(told["at"]))
        if told["chain"] != chain:
            raise ValueError(told["chain"])
    except Refused as refused:
        wrong_key = refused.fault is Refusal.UNKNOWN_KEY
        report.faults.append(Fault(chain, seq, WRONG_KEY % refused.kid if wrong_key else FORGED))
        return None
    except (KeyError, TypeError, ValueError):
        report.faults.append(Fault(chain, seq, FORGED))
        return None
    report.marks.setdefault(chain, []).append(mark)
    return mark


def _uncovered(connection: Connection, marks: dict[str, list[Mark]], only: Collection[str] | None) -> int:
    rows: Sequence[Any] = connection.execute(select(Entry.chain, func.max(Entry.seq)).group_by(Entry.chain)).all()
    furthest = {chain: max(mark.seq for mark in found) for chain, found in marks.items()}
    return sum(max(0, last - furthest.get(chain, 0)) for chain, last in rows if only is None or chain in only)
