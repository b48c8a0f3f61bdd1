"""An import from the command line: the same reading, the same refusals, told in sentences."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from governance.database import session, transaction
from governance.imports import mapping, operations
from governance.imports.reader import Unreadable
from governance.imports.understand import read_and_understand
from governance.terms import terms
from governance.visitor import Visitor
from models.establishments import Establishment, chosen_establishment
from models.journal import Actor
from models.rules import RuleBroken

SHOWN_ISSUES = 200


def from_file(file: Path, code: str | None, actor: Actor, say: Callable[[str], None], *, dry_run: bool) -> None:
    """Import `file` into the register of one establishment; with `dry_run` only say what would be done.

    Raises RuleBroken when the file cannot be read or the establishment is in doubt.
    """
    home: Establishment = chosen_establishment(session(), code)
    try:
        read = read_and_understand(file.read_bytes(), file.name, terms(), mapping.remembered(home.id))
    except Unreadable as problem:
        raise RuleBroken("", str(problem)) from problem
    if dry_run:
        _tell_all(operations.preview(home.id, read), say, "seraient")
        return
    with transaction(actor):
        batch = operations.receive(Visitor(name=actor.name), home.id, file.name, file.read_bytes(), read)
        operations.apply(actor, batch)
        report = batch.report
    _tell_all(report, say, "sont")


def _tell_all(report: dict[str, Any], say: Callable[[str], None], done: str) -> None:
    for issue in report["issues"][:SHOWN_ISSUES]:
        where = f"{issue['sheet']} {issue['column']}{issue['row'] or ''}".strip()
        say(f"[{issue['severity']}] {where} : {issue['sentence']} {issue['value']}".rstrip())
    counts = report["counts"]
    say(
        f"{counts['create']} fiches {done} créées, {counts['change']} modifiées, "
        f"{counts['same']} inchangées, {counts['refuse']} refusées."
    )
