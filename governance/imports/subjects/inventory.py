"""The applications: an inventory exported from GLPI, Mercator or Vigie, laid beside ours. Nothing leaves by absence."""

import html
import re
import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from exports.columns import Column
from exports.inventory import (
    APPLICATION_COLUMNS,
    CONTACT_SHEET,
    PARTS,
    RESULT_COLUMNS,
    VENDOR_SHEET,
)
from exports.tables import IDENTITY
from governance.database import session
from governance.imports.findings import Issue, Mappings, Severity, Understanding
from governance.imports.formats.sheets import Cell
from governance.imports.layouts import tables
from governance.imports.outcomes import WRITTEN, Job, Plan
from governance.imports.subjects import cells, states
from governance.imports.subjects.cells import ReadCell
from governance.imports.subjects.reading import TableReader, Target, words_for
from governance.imports.subjects.subject import Reader
from governance.imports.subjects.table import Line, Planner, TableSubject
from governance.terms import terms
from models.base import now, today
from models.establishments import Department
from models.imports import ImportedRecord
from models.inventory.application import Application
from models.inventory.assessment import Assessment
from models.inventory.followup import Arbitration, Exchange
from models.inventory.references import next_references
from models.inventory.vendor import Vendor
from models.inventory.words import Status
from models.permissions import Permission
from models.rules import RuleBroken
from models.search import fold
from models.vocabulary import N_

_WORDS = words_for("inventory")
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_IDENTITIES = re.compile(r"[\d,; ]+")
"""Bare numbers of another tool's own tables: they name no service."""
_BREAK = re.compile(r"</?(?:p|br|div|li|tr)\b[^<>]*>", re.IGNORECASE)


def _plain_text(cell: Cell, text: str) -> str:
    """A text without the HTML that other tools leave in it."""
    bare = html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
    return "\n".join(line for line in (" ".join(one.split()) for one in bare.split("\n")) if line)


def _reading(column: Column) -> ReadCell:
    """How a cell of a column of the inventory is read."""
    if column.words:
        return cells.one_of(column.words, _WORDS["words"].get(column.key))
    if column.scheme:
        return cells.listed(column.scheme)
    ways: dict[str, ReadCell] = {
        "integer": cells.integer, "decimal": cells.decimal, "date": cells.day, "boolean": cells.boolean,
    }  # fmt: skip
    return ways.get(column.kind) or (cells.line(column.width) if column.width == _CODE else _plain_text)


_CODE = 18
"""The width of a column that holds at most forty characters: a reference."""

TARGETS = tuple(
    Target(column.key, column.title, _reading(column), _WORDS["headings"].get(column.key, ()))
    for column in APPLICATION_COLUMNS
)
"""What a column of a list of applications may mean: every field of an application."""

_PROOF = N_("Les audits font preuve : ils se font dans Vigie et ne se reprennent pas d’un fichier. Les vôtres restent.")
_FOLLOWED = N_("Échanges et arbitrages disent qui a fait quoi et quand : ils ne se reprennent pas. Les vôtres restent.")
_LINKED = N_("Cette feuille se tient sur la page de chaque application : elle n’est pas reprise. Rien n’y change.")
_DIRECTORY = N_(
    "Les éditeurs que citent les applications sont ajoutés à l’annuaire ; coordonnées et contacts s’y complètent."
)
_WHY = {
    "availability": _LINKED, "activities": _LINKED, "assessments": _PROOF, "answers": _PROOF,
    "exchanges": _FOLLOWED, "arbitrations": _FOLLOWED,
}  # fmt: skip
OTHER_SHEETS = {
    **{title: _WHY[name] for name, (title, _columns) in PARTS.items()},
    VENDOR_SHEET: _DIRECTORY,
    CONTACT_SHEET: _DIRECTORY,
}
"""The sheets of our own workbook that do not come back in, and why, as the report says it."""


NOT_BOTH = N_(
    "Seule une application retirée a une date de retrait : corrigez l’état ou la date. Si elle est retirée dans Vigie, "
    "remettez-la d’abord en service."
)
UNDATED = N_("Retirée à la date inconnue de l’outil d’origine ; datée de l’import.")


class InventoryReader(TableReader):
    """Reads lists of applications; of our own workbook, the sheet of applications alone."""

    def _keep(self, table: tables.Table, result: Understanding) -> None:
        if table.sheet.name in OTHER_SHEETS:
            result.issues.append(Issue(Severity.INFO, table.sheet.name, 0, "", "", OTHER_SHEETS[table.sheet.name]))
            return
        super()._keep(table, result)


class InventoryPlanner(Planner):
    """Brings the names of services and vendors to those that Vigie has."""

    def settle(self, line: Line) -> None:
        line.values = dict(line.fields)
        for field, known in self._known().items():
            if (said := line.values.get(field)) and fold(said) in known:
                line.values[field] = known[fold(said)]
            elif said and field == "department":
                del line.values[field]
                if not _IDENTITIES.fullmatch(said):
                    line.doubt(N_("Ce service n’existe pas dans Vigie : il n’est pas repris."), field)

    def _known(self) -> dict[str, dict[str, str]]:
        if not hasattr(self, "_names"):
            links = self.subject.links(self.home)
            self._names = {field: {fold(name): name for name in found} for field, found in links.items()}
        return self._names

    def complete(self, line: Line) -> None:
        """A retirement whose date the file does not say is dated of the import, and said to be."""
        known = line.record.retired_on if line.record else None
        if line.values.get("status") == Status.RETIRED and not line.values.get("retired_on") and not known:
            line.values["retired_on"] = today().isoformat()
            line.values.setdefault("retire_reason", UNDATED)
            line.doubt(N_("La date du retrait n’est pas dite : c’est la date du jour qui est reprise."), "status")

    def identities(self, line: Line) -> Iterator[Any]:
        """Two lines are the same application when they bear the same reference, or the same name and version."""
        if reference := line.values.get("reference"):
            yield "reference", fold(str(reference))
        else:
            yield "name", fold(str(line.values.get("name") or "")), fold(str(line.values.get("version") or ""))


class InventorySubject(TableSubject):
    word = "inventory"
    title = N_("Applications (inventaire)")
    hint = N_(
        "Un export de GLPI, de Mercator ou de Vigie, ou votre tableau (.xlsx, .ods, .csv), une ligne par application. "
        "Les éditeurs cités sont ajoutés à l’annuaire ; une application absente du fichier reste telle qu’elle est."
    )
    one, many = N_("application"), N_("applications")
    heads = (N_("Référence"), N_("Application"))
    unnumbered = N_("à attribuer")
    table = Application.__tablename__
    permission = Permission.INVENTORY_IMPORT
    model = Application
    targets = TARGETS
    unkept = (IDENTITY, *(column.title for column in RESULT_COLUMNS), *_WORDS["unkept"])
    keys = (("reference",), ("name", "version"), ("name",))
    must = ("name",)
    enough = (("name",),)
    planner = InventoryPlanner

    def reader(self, known: Mappings) -> Reader:
        terms()
        return InventoryReader(self.targets, self.unkept, known)

    def check(self, values: dict[str, Any]) -> None:
        """The rules that the database also holds, said in words."""
        if values.get("status") != Status.RETIRED and values.get("retired_on"):
            raise RuleBroken("status", NOT_BOTH)
        target = values.get("availability_target")
        if target is not None and not 0 < target <= 100:
            raise RuleBroken("availability_target", N_("La disponibilité visée est un pourcentage, entre 0 et 100."))
        for name in ("users_count", "generic_accounts"):
            if (values.get(name) or 0) < 0:
                raise RuleBroken(name, N_("Ce nombre ne peut pas être négatif."))

    def prepare(self, job: Job, plan: Plan) -> None:
        """Add the vendors that Vigie does not know, and number what is new."""
        home = job.batch.establishment_id
        lines = [line for line in plan.outcomes if isinstance(line, Line) and line.action in WRITTEN]
        known = {fold(name) for name in self.links(home)["vendor"]}
        vendors = []
        for name in dict.fromkeys(line.values["vendor"] for line in lines if line.values.get("vendor")):
            if fold(name) not in known:
                known.add(fold(name))
                vendors.append(Vendor(establishment_id=home, name=name))
        session.add_all(vendors)
        session.flush()
        states.keep(job, [(vendor, None) for vendor in vendors])
        new = [line for line in lines if line.record is None and not line.values.get("reference")]
        references = next_references(session(), home, now().year, len(new))
        for line, reference in zip(new, references, strict=True):
            line.values["reference"] = line.reference = reference

    def links(self, home: uuid.UUID) -> dict[str, dict[str, Any]]:
        departments = session.scalars(select(Department).where(Department.establishment_id == home))
        vendors = session.scalars(Vendor.named(home))
        return {"department": {one.name: one for one in departments}, "vendor": {one.name: one for one in vendors}}

    def touch(self, job: Job, record: Application) -> None:
        record.touch(job.batch.made_by, now())

    def take_back(self, job: Job, records: list[ImportedRecord]) -> tuple[int, int]:
        made = [one.record_id for one in records if one.before is None]
        for model in (Assessment, Exchange, Arbitration):
            if session.scalar(select(model.id).where(model.application_id.in_(made)).limit(1)):
                raise RuleBroken(
                    "", N_("Une de ces applications est déjà auditée ou suivie : l’import ne s’annule plus.")
                )
        return super().take_back(job, records)
