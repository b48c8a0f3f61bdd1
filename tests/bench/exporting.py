"""The register as xlsx, 10,000 full activities: time against bare openpyxl writing the same cells, and peak memory."""

import gc
import json
import pickle
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from governance.register import delivery
from models.register.activity import Activity
from tests.bench.grounds import ROOT, Ground, application, filled, hospital
from tests.bench.measure import Figure, in_turn, middle, peak_memory, ratio

ACTIVITIES = 10_000
ROUNDS = 3
TIME_GOAL, MEMORY_GOAL = 1.5, 200

Cells = list[tuple[str, list[tuple[Any, ...]]]]
"""The sheets of a workbook: title, and the values of each row."""


def run(grounds: list[Ground], folder: Path) -> list[Figure]:
    """Each export is made in a process of its own, which has the whole application; so is the bare workbook."""
    with ExitStack() as stack:
        big = [stack.enter_context(filled(ground, folder, ACTIVITIES)) for ground in grounds]
        cells, count = _keep_cells(big[0], folder)
        peaks: dict[str, list[float]] = {ground.kind: [] for ground in big}
        works = [lambda ground=ground: _seconds(peaks[ground.kind], "export", ground, folder) for ground in big]
        rounds = in_turn(ROUNDS, lambda: _seconds([], "bare", Ground("cells", str(cells)), folder), *works)
    return [
        figure
        for number, ground in enumerate(big, 1)
        for figure in (
            Figure(
                "xlsx export, time", ground.kind, ratio(rounds, number, 0), TIME_GOAL,
                note=f"{middle(rounds, number):.1f} s against {middle(rounds, 0):.1f} s, {count:,} cells",
            ),
            Figure("xlsx export, memory", ground.kind, max(peaks[ground.kind]), MEMORY_GOAL, unit="MiB"),
        )
    ]  # fmt: skip


def _keep_cells(ground: Ground, folder: Path) -> tuple[Path, int]:
    """The cells that an export holds, in a file, and how many."""
    exported, kept = folder / "export.xlsx", folder / "cells"
    _in_child("export", ground, folder)
    book = load_workbook(exported, read_only=True)
    cells = [(sheet.title, list(sheet.iter_rows(values_only=True))) for sheet in book]
    kept.write_bytes(pickle.dumps(cells))
    return kept, sum(value is not None for _, rows in cells for row in rows for value in row)


def _seconds(peaks: list[float], what: str, ground: Ground, folder: Path) -> float:
    told = _in_child(what, ground, folder)
    peaks.append(told["peak"])
    return told["seconds"]


def _in_child(what: str, ground: Ground, folder: Path) -> dict[str, float]:
    """{"seconds", "peak"} of one work, done in a fresh process."""
    command = [sys.executable, "-m", "tests.bench.exporting", what, ground.kind, ground.url, str(folder)]
    answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    told: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return told


def _export(ground: Ground, folder: Path) -> float:
    with application(ground, folder) as app, app.app_context():
        ids = select(Activity.id).where(Activity.establishment_id == hospital().id)
        start = time.perf_counter()
        made = delivery.make(ids, hospital().id, "xlsx", public=False)
        seconds = time.perf_counter() - start
        assert made.rows == ACTIVITIES
        (folder / "export.xlsx").write_bytes(made.content.read())
    return seconds


def _write_bare(kept: Path, folder: Path) -> float:
    cells: Cells = pickle.loads(kept.read_bytes())  # noqa: S301 -- written by _keep_cells
    gc.freeze()
    start = time.perf_counter()
    book = Workbook(write_only=True)
    for title, rows in cells:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(folder / "bare.xlsx")
    return time.perf_counter() - start


if __name__ == "__main__":
    what, kind, url, folder = sys.argv[1:]
    seconds = _write_bare(Path(url), Path(folder)) if what == "bare" else _export(Ground(kind, url), Path(folder))
    print(json.dumps({"seconds": seconds, "peak": peak_memory()}))
