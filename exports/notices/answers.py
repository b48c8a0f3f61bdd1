"""That requests of data subjects are answered in time (RGPD, art. 12(3)): days and decisions, nobody’s name."""

import datetime as dt
from collections.abc import Sequence

from exports.paper import Paper, listed, statement
from exports.texts import day
from models.establishments import Establishment
from models.rights import DataSubjectRequest
from models.vocabulary import N_

TITLE = N_("Demandes d’exercice de droits")
NAMELESS = N_("Ce relevé ne nomme personne. Les demandes et leurs réponses restent dans Vigie.")
HEADS = (
    (N_("Demande"), N_("Droit exercé"), N_("Reçue le"), N_("Répondre avant le"), N_("Réponse du"), N_("Décision")),
    (3, 4, 3, 3, 3, 3),
)


def proof(found: Sequence[DataSubjectRequest], home: Establishment, on: dt.date) -> Paper:
    """Each request with its days, and how many were answered in time."""
    answered = [one for one in found if one.answered_on is not None]
    timely = [one for one in answered if one.answered_on and one.answered_on <= one.due_on]
    facts = (
        (N_("Demandes reçues"), str(len(found))),
        (N_("Répondues dans le délai"), N_("%s sur %s") % (len(timely), len(answered))),
        (N_("Sans réponse, délai passé"), str(sum(one.is_late(on) for one in found))),
    )
    return statement(TITLE, home, on, (listed("", *HEADS, map(_row, found)),), subtitle=NAMELESS, facts=facts)


def _row(one: DataSubjectRequest) -> tuple[str, ...]:
    answered = day(one.answered_on) if one.answered_on else "–"
    decision = one.decision.label if one.decision else "–"
    return one.reference, one.kind.label, day(one.received_on), day(one.due_on), answered, decision
