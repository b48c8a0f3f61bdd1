"""Takes a name apart as French files write it: « DUPONT Marie », « Dupont, Marie », « Marie DUPONT »."""

from models.search import fold

_PARTICLES = frozenset(
    {"de", "du", "des", "d", "la", "le", "les", "l", "van", "von", "el", "al", "ben", "da", "dos", "di"}
)


def split_name(text: str, *, given_first: bool = False) -> tuple[str, str, bool]:
    """(family name, given name, whether it is sure). Capitals or a comma tell; else the order of the header does."""
    if "," in text:
        family, _, given = text.partition(",")
        return family.strip(), given.strip(), bool(family.strip() and given.strip())
    words = text.split()
    capitals = [word.isupper() and len(word) > 1 for word in words]
    if any(capitals) and not all(capitals):
        first = [word for word, big in zip(words, capitals, strict=True) if big or _is_particle(word)]
        last = [word for word in words if word not in first]
        return " ".join(first), " ".join(last), bool(last)
    if given_first:
        return " ".join(words[1:]), words[0], len(words) == 2
    cut = next((at for at, word in enumerate(words) if not _is_particle(word)), 0) + 1
    return " ".join(words[:cut]), " ".join(words[cut:]), len(words) == 2


def _is_particle(word: str) -> bool:
    return fold(word).rstrip("'’") in _PARTICLES
