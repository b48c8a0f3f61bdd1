"""The paragraphs that some processings call for (INS, PMSI, research, Mon espace santé…)."""

from collections.abc import Iterator, Mapping
from typing import Any

from models.notices.facts import Facts, uncapped
from models.notices.telling import Pen, Statement
from models.notices.words import Audience
from models.vocabulary import N_

READ_ON = {
    Audience.ADULT: N_("Cette notice en ligne en dit plus : {topics}."),
    Audience.MINOR: N_("Sur internet, tu peux lire aussi : {topics}."),
    Audience.EASY: N_("Sur internet, nous expliquons aussi :"),
}
"""How a printed note too long to be read names what its web page sets out."""


def paragraphs(facts: Facts, pen: Pen) -> Iterator[tuple[Mapping[str, Any], list[Statement]]]:
    """Each paragraph of the model that a chosen activity calls for, traced to those that do."""
    for one in facts.lexicon.model["special_paragraphs"]:
        concerned = [
            activity for activity in facts.activities if activity.typical_code in one["include_if_processings"]
        ]
        if concerned:
            statements = pen.write(facts.lexicon.text(one))
            for statement in statements:
                statement.sources = list(dict.fromkeys([*statement.sources, *facts.of(concerned).as_source]))
            yield one, statements


def named(facts: Facts, left: list[tuple[Mapping[str, Any], list[Statement]]]) -> list[Statement]:
    """The names of the paragraphs that are left to the web page, with their sources."""
    topics = [uncapped(facts.lexicon.named(one, "title")) for one, _told in left]
    sources = list(dict.fromkeys(source for _one, told in left for statement in told for source in statement.sources))
    lead = READ_ON[facts.lexicon.audience]
    if "{topics}" in lead:
        return [Statement(lead.replace("{topics}", " ; ".join(topics)), sources)]
    found = zip(topics, left, strict=True)
    return [
        Statement(lead, sources),
        *(Statement(topic, list(told[0].sources), bullet=True) for topic, (_one, told) in found),
    ]
