"""What a printed note too long to be read keeps of its lists: the rest is on its web page, and the note says so."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from models.notices.telling import Source, Statement
from models.notices.words import Audience
from models.vocabulary import N_

MOST = {"note_data": 5, "note_recipients": 3}
"""So many items of a list, those that most records name. What patients give need not be listed (RGPD, art. 13)."""
ELSEWHERE = {
    "note_data": {
        Audience.ADULT: N_("Dans certains cas, d’autres données sont utiles : cette notice en ligne les nomme."),
        Audience.MINOR: N_("Parfois, d’autres informations sont utiles : la liste est sur internet."),
        Audience.EASY: N_("Parfois, d’autres informations sont utiles.\nLa liste est sur internet."),
    },
    "note_retention": {
        Audience.ADULT: N_(
            "Pour les autres informations, la durée est dite dans cette notice en ligne ; demandez-la nous."
        ),
        Audience.MINOR: N_("Pour le reste, la durée est écrite sur internet. Tu peux aussi nous la demander."),
        Audience.EASY: N_("Pour les autres informations, la durée est sur internet.\nVous pouvez aussi nous demander."),
    },
    "note_recipients": {
        Audience.ADULT: N_("D’autres destinataires, plus rares, sont nommés dans cette notice en ligne."),
        Audience.MINOR: N_("D’autres personnes voient parfois tes informations : la liste est sur internet."),
        Audience.EASY: N_("Parfois, d’autres personnes voient vos informations.\nLa liste est sur internet."),
    },
}
"""How a printed note says that a list goes on, by block."""


def shortened(code: str, statements: Sequence[Statement], audience: Audience) -> list[Statement] | None:
    """The statements of a list as paper keeps them, then where the others are; None when nothing can be left out.

    A duration is kept when it is that of the medical record, or of several records; what is collected and who sees it,
    when most records name them.
    """
    found, left = list[Statement](), list[Statement]()
    for is_list, group in groupby(statements, key=lambda one: one.bullet):
        told = list(group)
        kept = set(map(id, _main(code, told))) if is_list else set(map(id, told))
        found += [one for one in told if id(one) in kept]
        left += [one for one in told if id(one) not in kept]
    return _with_rest(found, left, ELSEWHERE[code][audience]) if len(left) > 1 else None


def _main(code: str, told: list[Statement]) -> Iterable[Statement]:
    if code in MOST:
        return sorted(told, key=lambda one: -_number(one))[: MOST[code]]
    return (one for place, one in enumerate(told) if not place or _number(one) > 1)


def _number(one: Statement) -> int:
    """How many records say it."""
    return len({source.id for source in one.sources})


def _with_rest(found: list[Statement], left: list[Statement], words: str) -> list[Statement]:
    """Where the others are told, after the last list; its sources are theirs."""
    sources = list[Source](dict.fromkeys(source for one in left for source in one.sources))
    rest = [Statement(line, list(sources)) for line in words.splitlines()]
    last = max(place for place, one in enumerate(found) if one.bullet) + 1
    return [*found[:last], *rest, *found[last:]]
