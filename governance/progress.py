"""How far a long work is: a small file beside the data, since the database is busy with one transaction meanwhile."""

import json
import uuid
from pathlib import Path
from typing import Protocol

from flask import current_app


def _path(work: uuid.UUID) -> Path:
    folder: Path = current_app.extensions["settings"].data_dir / "progress"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{work}.json"


class Tell(Protocol):
    """Notes how much is done, for those who watch; `total` is 0 as long as nobody knows how much there is."""

    def __call__(self, done: int, total: int = 0) -> None: ...


def teller(work: uuid.UUID) -> Tell:
    """The function by which a work tells how far it is."""
    path = _path(work)

    def tell(done: int, total: int = 0) -> None:
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps({"done": done, "total": total}), encoding="ascii")
        draft.replace(path)

    return tell


def read(work: uuid.UUID) -> dict[str, int]:
    """{"done", "total"}; zeros when nothing is under way."""
    try:
        told: dict[str, int] = json.loads(_path(work).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return {"done": 0, "total": 0}
    return told


def forget(work: uuid.UUID) -> None:
    """The work ended, one way or the other."""
    _path(work).unlink(missing_ok=True)
