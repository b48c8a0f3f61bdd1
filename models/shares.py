"""Shares in percent, rounded everywhere in one way, so that a figure, its picture and its list say the same number."""


def percent(part: float, whole: float) -> int:
    """How much `part` is of `whole`, in whole percent, halves rounded up; 0 of nothing."""
    return int(100 * part / whole + 0.5) if whole else 0
