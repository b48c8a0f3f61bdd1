"""An import from the command line: the same reading, the same refusals, told in sentences."""

from collections.abc import Callable, Collection
from pathlib import Path

from governance import disk
from governance.database import session, transaction
from governance.imports import mapping, operations
from governance.imports.collector import no_collecting
from governance.imports.outcomes import Action, Plain
from governance.imports.reader import Unreadable
from governance.imports.subjects import Subject, subject_of
from models.establishments import Establishment, chosen_establishment
from models.imports import BatchState
from models.journal import Actor
from models.rules import RuleBroken
from models.vocabulary import N_

SHOWN_ISSUES = 200
SHOWN_CHANGED = 200
SHOWN_OFFERS = 20


@no_collecting()
def from_file(
    word: str,
    file: Path,
    code: str | None,
    actor: Actor,
    say: Callable[[str], None],
    *,
    dry_run: bool,
    accepted: Collection[str] = (),
) -> None:
    """Import `file` into a subject of one establishment; with `dry_run` only say what would be done.

    `accepted` names the proposals of which every offer is taken. Raises RuleBroken when the file cannot be read or
    the establishment is in doubt.
    """
    subject = subject_of(word)
    home: Establishment = chosen_establishment(session(), code)
    try:
        data = file.read_bytes()
    except OSError as fault:
        raise RuleBroken("", N_("Le fichier n’a pas pu être lu : %s.") % disk.reason(fault)) from fault
    try:
        read = subject.reader(mapping.remembered(subject, home.id))(data, file.name)
    except Unreadable as problem:
        raise RuleBroken("", str(problem)) from problem
    if dry_run:
        _tell_all(subject, operations.preview(subject, home.id, read), say, kept=False)
        return
    with transaction(actor):
        report = operations.bring(actor, subject, home.id, file.name, data, read, accepted).report
    _tell_all(subject, report, say, kept=True)


def _tell_all(subject: Subject, report: Plain, say: Callable[[str], None], *, kept: bool) -> None:
    for issue in report["issues"][:SHOWN_ISSUES]:
        where = f"{issue['sheet']} {issue['column']}{issue['row'] or ''}".strip()
        say(f"[{issue['severity']}] {where} : {issue['sentence']} {issue['value']}".rstrip())
    _tell_changed(report["rows"], say, kept=kept)
    for proposal in report["proposals"]:
        names = [offer["title"] for offer in proposal["offers"]]
        more = f" et {len(names) - SHOWN_OFFERS} autres" if len(names) > SHOWN_OFFERS else ""
        say(f"{proposal['title']} : {', '.join(names[:SHOWN_OFFERS])}{more}.")
    if report["labels"]:
        say(" ; ".join(f"{label} : {count}" for label, count in report["labels"].items()) + ".")
    counts = report["counts"]
    made, changed = ("créées", "modifiées") if kept else ("à créer", "à modifier")
    say(
        f"{subject.many.capitalize()} {made} : {counts['create']}, {changed} : {counts['change']}, "
        f"inchangées : {counts['same']}, refusées : {counts['refuse']}."
    )


def _tell_changed(rows: list[Plain], say: Callable[[str], None], *, kept: bool) -> None:
    """Each record changed, by its reference, with its name before and after."""
    changed = [row for row in rows if row["action"] == Action.CHANGE]
    told = Action.CHANGE.told(BatchState.APPLIED if kept else BatchState.CHECKED)
    for row in changed[:SHOWN_CHANGED]:
        before = next(
            (change["before"] for change in row["changes"] if change["part"] is None and change.get("field") == "name"),
            None,
        )
        names = f"« {before} » devient « {row['name']} »" if before else f"« {row['name']} »"
        say(" ".join(filter(None, (f"[{told.lower()}]", row["reference"], names))))
    if len(changed) > SHOWN_CHANGED:
        say(f"Et {len(changed) - SHOWN_CHANGED} autres modifiées.")
