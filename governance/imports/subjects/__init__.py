"""The subjects of an import: what the room can bring in, each in a file of its own."""

from governance.imports.subjects.register import RegisterSubject
from governance.imports.subjects.subject import Subject
from models.permissions import Permission

SUBJECTS: tuple[Subject, ...] = (RegisterSubject(),)
"""In the order in which they are offered."""

_BY_WORD = {subject.word: subject for subject in SUBJECTS}


def subject_of(word: str) -> Subject:
    """The subject of a word. Raises KeyError for an unknown one."""
    return _BY_WORD[word]


def import_permissions() -> tuple[Permission, ...]:
    """Each permission that opens the room."""
    return tuple(dict.fromkeys(subject.permission for subject in SUBJECTS))


__all__ = ["SUBJECTS", "Subject", "import_permissions", "subject_of"]
