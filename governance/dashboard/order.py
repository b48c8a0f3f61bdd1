"""In which order the start page answers: each person first reads what her role answers for."""

from models.permissions import Role

USUAL = (
    "hopen", "plan", "risks", "compared", "register", "information", "software", "policy", "charters", "posts",
    "people",
)  # fmt: skip
"""The parts of the page, as the management and the auditor read them."""

FIRST: dict[Role, tuple[str, ...]] = {
    Role.DPO: ("register", "information"),
    Role.RSSI: ("risks", "policy", "software"),
    Role.IT: ("software", "plan"),
    Role.HR: ("charters", "compared", "people", "policy", "posts"),
    Role.CONTACT: ("register",),
}
"""What stands before the rest, by role."""


def order_of(roles: set[Role]) -> list[str]:
    """The parts in the order of who holds these roles; the management reads the whole as it is."""
    if Role.MANAGEMENT in roles:
        return list(USUAL)
    first = [part for role in FIRST if role in roles for part in FIRST[role]]
    return list(dict.fromkeys((*first, *USUAL)))
