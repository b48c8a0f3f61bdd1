"""The reviewed reference data: reads the YAML files beside it and makes terms and typical processings of them."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from sqlalchemy.orm import Session

from models.hopen.prerequisites import Indicator, Objective, Task
from models.inventory.criteria import Criterion, LetterModel
from models.inventory.words import Theme
from models.register.catalogue import Term, TypicalProcessing
from models.register.words import Confidence
from models.risks.typical import TypicalScenario
from models.risks.words import Axis
from models.search import fold
from seed import hopen
from seed.bridges import plant_bridges
from seed.planting import Report, upsert

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]

FOLDER = Path(__file__).parent / "catalogue"

LISTS = (
    "processing_domains",
    "lawful_bases",
    "art9_conditions",
    "transfer_mechanisms",
    "adequacy_scopes",
    "data_categories",
    "data_subjects",
    "recipient_categories",
    "security_measure_categories",
    "retention_triggers",
    "dpia_criteria",
)
"""The vocabularies of register.yaml that are data; the others are the enumerations of models/register/words.py."""


@cache
def read(name: str) -> Any:
    """The content of a YAML file of the catalogue."""
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=SafeLoader)


def load_terms() -> list[Term]:
    """Every term of every list, in the order in which it is shown; `facts` keeps all but its code and labels."""
    vocabularies = read("register")["vocabularies"]
    lists = {scheme: [_of_register(row) for row in vocabularies[scheme]] for scheme in LISTS}
    for scheme in ("art28_clauses", "hds_activities"):
        lists[scheme] = list(_of_terms(read("terms")[scheme]))
    lists |= hopen.lists(read("hopen"))
    for name in ("inventory", "risks"):
        for scheme, rows in read(name)["vocabularies"].items():
            lists[scheme] = [dict(row) for row in rows]
    lists["countries"] = sorted(_countries(), key=lambda row: fold(row["label"]))
    return [
        Term(scheme=scheme, code=row.pop("code"), label=row.pop("label"), position=position, facts=row)
        for scheme, rows in lists.items()
        for position, row in enumerate(rows)
    ]


def _of_register(row: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_fr"): value for name, value in row.items() if not name.endswith("_en")}


def _of_terms(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    marks = {"source": block["source"], "confidence": block["confidence"]}
    return ({**row, **marks} for row in block["terms"])


def _countries() -> Iterator[dict[str, Any]]:
    """The countries of ISO 3166-1 by their French names: whether in the EEA, and the scope of an adequacy decision."""
    catalogue, listed = read("register"), read("terms")["countries"]
    adequate = {row["code"]: row for row in catalogue["vocabularies"]["adequate_countries"]}
    checked_on = catalogue["legend"]["adequate_countries_checked_on"]
    names = {code: name for code, name in Locale("fr").territories.items() if len(code) == 2}
    names |= {code: row["label_fr"] for code, row in adequate.items()}
    for code in names.keys() - set(listed["not_countries"]):
        row = {"code": code, "label": names[code], "eea": code in listed["eea"] + listed["within_eea"]}
        if code in adequate:
            row |= {"adequacy": adequate[code]["scope"], "checked_on": checked_on}
        if code in listed["french_overseas"]:
            row["note"] = listed["french_overseas_note"]
        yield row


def load_typical() -> list[TypicalProcessing]:
    """The typical hospital processings, in their order.

    `content` is the processing as register.yaml has it, with the facts of its terms that a record needs: `sensitive`
    (whether one of its data categories is), and `recipients` as [{"category", "kind"}].
    """
    catalogue = read("register")
    kinds = {row["code"]: row["kind"] for row in catalogue["vocabularies"]["recipient_categories"]}
    sensitive = {row["code"] for row in catalogue["vocabularies"]["data_categories"] if row["sensitive"]}
    return [
        TypicalProcessing(
            code=row["id"],
            position=position,
            name=row["name_fr"],
            domain=row["domain"],
            content={
                **row,
                "sensitive": not sensitive.isdisjoint(row["data_categories"]),
                "recipients": [{"category": code, "kind": kinds[code]} for code in row["recipients"]],
            },
        )
        for position, row in enumerate(catalogue["processings"])
    ]


def load_criteria() -> list[Criterion]:
    """The criteria of the authentication grid, in its order, with what to ask the vendor about each."""
    return [
        Criterion(
            code=row["id"],
            position=position,
            theme=Theme(row["theme"]),
            is_core=row["p34_core"],
            confidence=Confidence(row["confidence"]),
            **{name: row[name] for name in _CRITERION_TEXTS},
        )
        for position, row in enumerate(read("inventory")["criteria"])
    ]


_CRITERION_TEXTS = (
    "title", "weight", "compliant", "partial", "non_compliant", "not_applicable", "evidence", "reference",
    "question", "proof",
)  # fmt: skip


def load_letters() -> list[LetterModel]:
    """The letters to vendors; those that ask for the reply form carry it in their facts."""
    content = read("inventory")
    letters = []
    for position, row in enumerate(content["letters"]):
        facts = {name: value for name, value in row.items() if name not in _LETTER_TEXTS}
        facts["line"] = content["criterion_line"]
        if any("Formulaire" in name for name in row["attachments"]):
            facts["form"] = content["reply_form"]
        letters.append(LetterModel(position=position, facts=facts, **{name: row[name] for name in _LETTER_TEXTS}))
    return letters


_LETTER_TEXTS = ("code", "label", "subject", "body")


def load_scenarios() -> list[TypicalScenario]:
    """The typical scenarios, in their order; `content` carries how sure the ratings and the links to measures are."""
    catalogue = read("risks")
    marks = {name: catalogue["legend"]["confidence"][name] for name in ("default_ratings", "links")}
    return [
        TypicalScenario(
            code=row["code"],
            position=position,
            axis=Axis(row["axis"]),
            category=row["category"],
            title=row["title"],
            content={name: value for name, value in row.items() if name not in _SCENARIO_COLUMNS} | marks,
        )
        for position, row in enumerate(catalogue["scenarios"])
    ]


_SCENARIO_COLUMNS = frozenset({"code", "axis", "category", "title"})


def plant_catalogue(session: Session) -> Report:
    """Put the catalogue in the database, or bring it up to date: it can be run at each upgrade."""
    report = upsert(session, Term, ("scheme", "code"), load_terms())
    report += upsert(session, TypicalProcessing, ("code",), load_typical())
    report += upsert(session, Criterion, ("code",), load_criteria())
    report += upsert(session, Indicator, ("code",), hopen.indicators(read("hopen")))
    report += upsert(session, Objective, ("code",), hopen.objectives(read("hopen")))
    report += upsert(session, Task, ("code",), hopen.tasks(read("hopen")))
    session.flush()
    report += plant_bridges(session, read("bridges"))
    report += upsert(session, TypicalScenario, ("code",), load_scenarios())
    return report + upsert(session, LetterModel, ("code",), load_letters())
