"""Finds the manager whom each line of an HR file names: somebody of the directory, or of another line."""

from typing import Any

from governance.imports.subjects.table import Line
from models.people import Person
from models.search import fold
from models.vocabulary import N_

UNKNOWN = N_(
    "Ce responsable n’est ni dans Vigie ni dans le fichier, ou plusieurs personnes portent ce nom : non repris."
)
CIRCLE = N_("De proche en proche, cette personne serait sa propre responsable : non repris.")


class Known:
    """A person of the directory on no line of the file, as a line would be."""

    def __init__(self, record: Person) -> None:
        self.record, self.above = record, None


def settle(lines: list[Line], present: list[Person], wanted: list[tuple[Line, str]]) -> None:
    """Point each line that names a manager to it, and give it the name of the manager; what cannot be is doubted."""
    if not wanted:
        return
    on_line = {line.record_id for line in lines if line.record is not None}
    everyone = [line for line in lines if line.name and line.action != "refuse"]
    people: list[Any] = [*everyone, *(Known(one) for one in present if one.id not in on_line)]
    index = _index(people)
    for line, text in wanted:
        found = {id(one): one for one in index.get(fold(text), ())}
        if len(found) != 1:
            line.doubt(UNKNOWN, "manager")
            continue
        line.above = found.popitem()[1]
        if _leads_back(line):
            line.above = None
            line.doubt(CIRCLE, "manager")
        else:
            line.values["manager"] = line.above.name if isinstance(line.above, Line) else line.above.record.name


def _index(people: list[Any]) -> dict[str, list[Any]]:
    """People by employee number, and by name in both orders."""
    index: dict[str, list[Any]] = {}
    for one in people:
        told = one.values if isinstance(one, Line) else vars(one.record)
        family, given, number = (told.get(name) or "" for name in ("family_name", "given_name", "employee_number"))
        for key in {fold(f"{family} {given}"), fold(f"{given} {family}"), fold(number)} - {""}:
            index.setdefault(key, []).append(one)
    return index


def _leads_back(line: Line) -> bool:
    above = line.above
    while above is not None:
        if above is line:
            return True
        above = above.above
    return False
