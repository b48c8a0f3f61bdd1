"""What the rules for passwords and idle sessions are worth, computed: CNIL's deliberation 2022-100, PGSSI-S 4.5.2.3."""

import math
from dataclasses import dataclass

from models.inventory.words import Answer, PasswordCase, Place, Renewal
from models.vocabulary import N_

ALPHABETS = {"lower": 26, "upper": 26, "digits": 10, "special": 32}
"""Kinds of characters and how many of each: 32 is the number of signs of a usual keyboard."""

THRESHOLDS = {PasswordCase.ALONE: 80, PasswordCase.RESTRICTED: 50, PasswordCase.DEVICE: 13}
"""Bits that each case asks for (2022-100, points 11 to 13)."""

EXAMPLES = {PasswordCase.ALONE: ((12, 4), (14, 3)), PasswordCase.RESTRICTED: ((8, 3),), PasswordCase.DEVICE: ((4, 1),)}
"""(length, kinds of characters) that the deliberation gives as enough: they hold whatever the rounding says."""

IDLE_LIMITS = {Place.SHARED: 10, Place.OFFICE: 30}
"""Minutes without activity after which a session closes: PGSSI-S says 30, the product 10 in a shared area."""


@dataclass(frozen=True)
class Strength:
    """The computation, so that the screen can show it. `bits` is None when the rule says too little."""

    case: PasswordCase
    length: int
    signs: int
    bits: float | None
    threshold: int
    by_example: bool

    @property
    def reached(self) -> bool:
        return self.by_example or (self.bits is not None and self.bits >= self.threshold)


def strength(case: PasswordCase | None, length: int | None, alphabet: list[str] | None) -> Strength | None:
    """The strength of the shortest password allowed: length x log2(number of signs). None when too little is said."""
    if case is None or case is PasswordCase.NONE or not length or not alphabet:
        return None
    signs = sum(ALPHABETS[kind] for kind in alphabet if kind in ALPHABETS)
    bits = round(length * math.log2(signs), 1) if signs > 1 else None
    enough = any(length >= least and len(alphabet) >= kinds for least, kinds in EXAMPLES[case])
    return Strength(case, length, signs, bits, THRESHOLDS[case], enough)


def strength_answer(found: Strength | None, enforced: bool | None) -> Answer | None:
    """What AUT07 is worth: reached and enforced, reached only, or not reached."""
    if found is None:
        return None
    if not found.reached:
        return Answer.NON_COMPLIANT
    return Answer.COMPLIANT if enforced else Answer.PARTIAL


def renewal_answers(rule: Renewal | None) -> tuple[Answer | None, Answer | None]:
    """What (AUT05, AUT06) are worth: HOP'EN wants renewal to exist, CNIL and ANSSI want none forced."""
    return (
        {
            Renewal.ON_DEMAND: (Answer.COMPLIANT, Answer.COMPLIANT),
            Renewal.PERIODIC: (Answer.COMPLIANT, Answer.PARTIAL),
            Renewal.BY_ADMINISTRATOR: (Answer.PARTIAL, None),
            Renewal.NONE: (Answer.NON_COMPLIANT, Answer.NON_COMPLIANT),
        }.get(rule, (None, None))
        if rule
        else (None, None)
    )


def idle_answer(minutes: int | None, place: Place | None) -> Answer | None:
    """What AUT20 is worth for a delay of the application itself."""
    if minutes is None:
        return None
    return Answer.COMPLIANT if 0 < minutes <= IDLE_LIMITS[place or Place.OFFICE] else Answer.NON_COMPLIANT


PULL_APART = N_(
    "Deux exigences se croisent ici. HOP’EN P3.4 demande que le renouvellement du mot de passe existe (AUT05) ; la "
    "CNIL (délibération 2022-100) et l’ANSSI ne demandent plus de l’imposer périodiquement aux utilisateurs ordinaires "
    "(AUT06). Une application sans expiration périodique peut donc être conforme aux deux."
)
