"""The right to object, set out: what may be refused without a reason, with one, and what the law imposes."""

from collections.abc import Mapping
from typing import Any

from models.notices.facts import Facts
from models.notices.telling import Pen, Source, Statement
from models.notices.words import Audience
from models.register.activity import Activity
from models.vocabulary import N_

OPEN_TO_OBJECTION = ("public_task", "legitimate_interests")
"""The bases whose purposes may be objected to for a reason of one's own (RGPD, art. 21(1))."""

HEADS = {
    Audience.ADULT: {
        "yes": N_("Sans raison à donner, vous pouvez :"),
        "with_reason": N_("En donnant une raison, que nous examinons, vous pouvez :"),
        "no": N_("La loi ne permet pas de refuser :"),
    },
    Audience.EASY: {
        "yes": N_("Sans dire pourquoi, vous pouvez :"),
        "with_reason": N_("En disant pourquoi, vous pouvez :"),
        "no": N_("La loi ne permet pas de dire non :"),
    },
}


def is_possible(facts: Facts) -> bool:
    """Whether a purpose at least may be objected to, by its basis or by a text of its own."""
    by_basis = any(basis in OPEN_TO_OBJECTION for basis in facts.bases)
    return by_basis or any(row["possible"] != "no" for row in _known(facts))


def _known(facts: Facts) -> list[Mapping[str, Any]]:
    """The cases of the model that the chosen activities bring."""
    return [row for row in facts.lexicon.model["objection_cases"] if facts.codes & set(row["processings"])]


def cases(facts: Facts, pen: Pen) -> list[Statement]:
    """The cases under their heads, then the purposes open to objection that the model does not know."""
    heads = HEADS.get(facts.lexicon.audience)
    if heads is None:
        return []
    found: dict[str, list[Statement]] = {code: [] for code in heads}
    for row in _known(facts):
        concerned = [one for one in facts.activities if one.typical_code in row["processings"]]
        found[row["possible"]] += _case(row, facts.of(concerned), pen)
    found["with_reason"] += _others(facts)
    return [
        statement
        for code, statements in found.items()
        if statements
        for statement in (Statement(heads[code], _all(statements)), *statements)
    ]


def _case(row: Mapping[str, Any], own: Facts, pen: Pen) -> list[Statement]:
    lines = [one.text for one in pen.write(own.lexicon.text(row))]
    if own.lexicon.audience is Audience.ADULT and not _is_set_out(row, own):
        lines += [one.text for one in pen.write(row["effect_fr"])]
    return [Statement(" ".join(lines), list(own.as_source), bullet=True)] if lines else []


def _is_set_out(row: Mapping[str, Any], own: Facts) -> bool:
    """Whether a paragraph of the notice already says what follows from the objection."""
    paragraphs = own.lexicon.model["special_paragraphs"]
    told = (one for one in paragraphs if one.get("objection_case") == row["code"])
    return any(own.codes & set(one["include_if_processings"]) for one in told)


def _others(facts: Facts) -> list[Statement]:
    """A purpose open to objection of which no case of the model speaks."""
    spoken = {code for row in facts.lexicon.model["objection_cases"] for code in row["processings"]}
    unknown: list[Activity] = [one for one in facts.activities if one.typical_code not in spoken]
    found = []
    for ground in facts.of(unknown).grounds():
        if ground.basis in OPEN_TO_OBJECTION:
            found += [Statement(_refusing(line.text, facts), list(line.sources), bullet=True) for line in ground.lines]
    return found


def _refusing(line: str, facts: Facts) -> str:
    easy = facts.lexicon.audience is Audience.EASY
    words = N_("Dire non à cette utilisation : {line}.") if easy else N_("Vous opposer à cette utilisation : {line}.")
    return words.replace("{line}", line)


def _all(statements: list[Statement]) -> list[Source]:
    return list(dict.fromkeys(source for one in statements for source in one.sources))
