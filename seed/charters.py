"""From the model charter of the catalogue to the parts of a new charter, and what the model says beside its text."""

from collections.abc import Iterator, Mapping
from typing import Any

from models.charters.charter import Charter
from models.charters.parts import CharterBlank, CharterChoice, CharterSection, CharterSentence
from models.charters.text import BY_PERSON, BY_VERSION, SENTENCES
from models.charters.words import Channel, LegalStatus, Population, SectionKind
from models.wording import blanks_in
from seed.catalogue import read

EVERYBODY = "all"
PROPOSED = ("delai_", "duree_", "periodicite_", "longueur_")
"""Blanks whose example is a value that the model proposes, and not an invented name."""


def model() -> dict[str, Any]:
    """The model charter: articles, annexes, acknowledgements, diffusion procedure, messages, consultation, checks."""
    found: dict[str, Any] = read("charters")
    return found


def fill_from_model(charter: Charter, known: Mapping[str, str | None]) -> None:
    """Give a new charter the text of the model, its choices at their default, and its blanks; `known` fills some."""
    charter.legal_status = charter.legal_status or LegalStatus.PUBLIC
    charter.populations = [population.value for population in Population]
    charter.sections = list(_sections(charter.legal_status))
    charter.choices = list(_choices(charter.legal_status))
    for rows in (charter.sections, charter.choices):
        for position, row in enumerate(rows):
            row.position = position
    give_sentences(charter)
    sync_blanks(charter, known)


def give_sentences(charter: Charter) -> None:
    """Give a charter the acknowledgement sentences of the model, one per channel."""
    charter.sentences = list(_sentences())


def sync_blanks(charter: Charter, known: Mapping[str, str | None] | None = None) -> None:
    """Make a blank for each name that the text, its answers or its sentences use and that has none yet."""
    meanings = {row["name"]: row for row in model()["placeholders"]}
    present = {blank.name for blank in charter.blanks}
    for name in _named(charter):
        if name not in present:
            row = meanings.get(name, {})
            proposed = row.get("example") if name.startswith(PROPOSED) else None
            charter.blanks.append(
                CharterBlank(
                    name=name,
                    meaning=row.get("meaning"),
                    example=row.get("example"),
                    value=(known or {}).get(name) or proposed,
                    position=len(charter.blanks),
                )
            )


def _named(charter: Charter) -> list[str]:
    texts: list[str | None] = []
    for section in charter.sections:
        texts += [section.title, section.text, section.acknowledgement]
    for choice in charter.choices:
        texts += [answer["text"] for answer in choice.answers]
    texts += [getattr(sentence, name) for sentence in charter.sentences for name in SENTENCES]
    return [name for name in blanks_in(texts) if name not in BY_PERSON | BY_VERSION]


def _sections(legal_status: LegalStatus) -> Iterator[CharterSection]:
    found = model()
    yield CharterSection(kind=SectionKind.PREAMBLE, text="\n".join(found["charter"]["preamble"]))
    for kind, rows in ((SectionKind.ARTICLE, found["charter"]["articles"]), (SectionKind.ANNEX, found["annexes"])):
        for row in rows:
            lead = [row["purpose"]] if "purpose" in row else []
            yield CharterSection(
                kind=kind,
                code=row["code"],
                title=row["title"],
                text="\n".join([*lead, *_with_choices(row)]),
                populations=None if EVERYBODY in row["populations"] else row["populations"],
                acknowledgement=row.get("additional_acknowledgement"),
                sources=[_source(one) for one in row["references"] if one.get("legal_status") in (None, legal_status)],
            )
    short, easy = found["short_version"], found["easy_to_read_version"]
    yield CharterSection(kind=SectionKind.SHORT, title=short["title"], text=short["introduction"])
    for rule in short["rules"]:
        yield CharterSection(kind=SectionKind.SHORT, title=rule["title"], text=rule["text"])
    yield CharterSection(kind=SectionKind.EASY, title=easy["title"], text=easy["note"])
    for part in easy["sections"]:
        yield CharterSection(kind=SectionKind.EASY, title=part["heading"], text="\n".join(part["sentences"]))


def _source(row: dict[str, Any]) -> dict[str, Any]:
    return {"label": row["label"], "confidence": row["confidence"]}


def _with_choices(row: dict[str, Any]) -> Iterator[str]:
    """The paragraphs of an article, with a line `{choix:code}` after the one that each of its questions names."""
    for number, paragraph in enumerate(["", *row["paragraphs"]]):
        if paragraph:
            yield paragraph
        yield from (f"{{choix:{one['code']}}}" for one in row["options"] if one["insert_after"] == number)


def _choices(legal_status: LegalStatus) -> Iterator[CharterChoice]:
    for row in (*model()["charter"]["articles"], *model()["annexes"]):
        for one in row["options"]:
            yield CharterChoice(
                code=one["code"],
                question=one["question"],
                chosen=legal_status.value if one.get("driven_by") == "legal_status" else one["default"],
                answers=[{name: answer[name] for name in ("value", "label", "text")} for answer in one["choices"]],
            )


def _sentences() -> Iterator[CharterSentence]:
    for position, row in enumerate(model()["acknowledgement_statements"]["statements"]):
        yield CharterSentence(
            position=position,
            channel=Channel(row["channel"]),
            statement=row["statement"],
            notice=row["legal_notice"],
            operator=row.get("operator_statement"),
            witness=row.get("witness_statement"),
            checkbox=row.get("checkbox_label"),
            confirm=row.get("confirm_button"),
            refuse=row.get("refuse_button"),
        )
