"""The register as a subject: any layout of it, understood as fiches, written with all their parts."""

import uuid
from collections.abc import Iterable
from functools import partial

from governance.imports import writing
from governance.imports.findings import Mappings, Understanding
from governance.imports.layouts.vigie import LAYOUT
from governance.imports.outcomes import Action, Choices, Job, Plain, Plan
from governance.imports.planning import FicheOutcome, plan
from governance.imports.subjects.subject import Meanings, Reader, Subject
from governance.imports.targets import SINGLE, is_target, title_of
from governance.imports.understand import read_and_understand, targets
from governance.terms import terms
from models.imports import ImportedRecord
from models.permissions import Permission
from models.register.activity import Activity
from models.rules import RuleBroken
from models.vocabulary import N_


class RegisterSubject(Subject):
    word = "register"
    title = N_("Registre des traitements")
    hint = N_(
        "Le modèle de la CNIL rempli (.ods), un export de Vigie (.xlsx, .csv, .json), un tableau ou des fiches dans un "
        "classeur (.xlsx, .ods, .csv)."
    )
    one, many = N_("fiche"), N_("fiches")
    heads = (N_("Référence"), N_("Traitement"))
    unnumbered = N_("à attribuer")
    table = Activity.__tablename__
    model = Activity
    permission = Permission.REGISTER_IMPORT

    def reader(self, known: Mappings) -> Reader:
        return partial(read_and_understand, terms=terms(), mapping=known)

    def meanings(self) -> list[tuple[str, str]]:
        return targets()

    def title_of(self, target: str) -> str:
        return title_of(target)

    def is_target(self, target: str) -> bool:
        return is_target(target)

    def is_single(self, target: str) -> bool:
        return target in SINGLE

    def check_meanings(self, chosen: Iterable[Meanings]) -> None:
        if not any("name" in meanings for meanings in chosen):
            raise RuleBroken("", N_("Dites quelle colonne contient le nom du traitement."))

    def content(self, read: Understanding) -> Plain:
        return {
            "records": [
                {"record": one.record, "place": {"sheet": one.place.sheet, "row": one.place.row},
                 "refused": one.is_refused}
                for one in read.records
            ],
            "ours": read.layout == LAYOUT,
            "cnil": read.layout == "cnil",
            "processors": [one.record for one in read.processors if not one.is_refused],
        }  # fmt: skip

    def plan(self, home: uuid.UUID, content: Plain, choices: Choices) -> Plan:
        ours, is_cnil = content.get("ours", True), content.get("cnil", False)
        return Plan(plan(home, content["records"], ours=ours, is_cnil=is_cnil))

    def write(self, job: Job, content: Plain, plan: Plan) -> None:
        writing.lay_processors(job.batch.establishment_id, content["processors"])
        writer = writing.Writer(job)
        outcomes = [one for one in plan.outcomes if isinstance(one, FicheOutcome)]
        writer.create([one for one in outcomes if one.action is Action.CREATE])
        writer.change([one for one in outcomes if one.action is Action.CHANGE])

    def take_back(self, job: Job, records: list[ImportedRecord]) -> tuple[int, int]:
        return writing.take_back(job, records)
