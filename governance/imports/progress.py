"""How far an import is: a small file beside the data, since the database is busy with one transaction meanwhile."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path

from flask import current_app


def _path(batch_id: uuid.UUID) -> Path:
    folder: Path = current_app.extensions["settings"].data_dir / "progress"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{batch_id}.json"


def teller(batch_id: uuid.UUID) -> Callable[[int, int], None]:
    """A function that notes (done, total) for those who watch."""
    path = _path(batch_id)

    def tell(done: int, total: int) -> None:
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps({"done": done, "total": total}), encoding="ascii")
        draft.replace(path)

    return tell


def read(batch_id: uuid.UUID) -> dict[str, int]:
    """{"done", "total"}; zeros when nothing is under way."""
    try:
        told: dict[str, int] = json.loads(_path(batch_id).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return {"done": 0, "total": 0}
    return told


def forget(batch_id: uuid.UUID) -> None:
    """The import ended, one way or the other."""
    _path(batch_id).unlink(missing_ok=True)
