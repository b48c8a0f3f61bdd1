"""`python -m tests.bench`: every benchmark on both databases, as a table; exit status 1 when a goal is missed."""

import argparse
import tempfile
import time
from pathlib import Path

from tests.bench import (
    accepting,
    exporting,
    importing,
    informing,
    listing,
    risks,
    searching,
    serving,
    software,
    steering,
)
from tests.bench.grounds import grounds
from tests.bench.measure import Figure, table

BENCHMARKS = {
    "accept": accepting.run,
    "list": listing.run,
    "serve": serving.run,
    "export": exporting.run,
    "import": importing.run,
    "inform": informing.run,
    "software": software.run,
    "risks": risks.run,
    "search": searching.run,
    "steer": steering.run,
}


def main() -> int:
    """Run what the command line asks for; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Benchmarks as ratios, in one run.")
    parser.add_argument("--only", choices=BENCHMARKS, action="append", help="may be repeated; everything by default")
    asked = parser.parse_args().only or list(BENCHMARKS)
    figures: list[Figure] = []
    with (
        tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder,
        grounds(Path(folder)) as both,
    ):
        for name in asked:
            start = time.monotonic()
            figures += BENCHMARKS[name](both, Path(folder))
            print(f"{name}: measured in {time.monotonic() - start:.0f} s", flush=True)
    print(table(figures))
    return 0 if all(figure.is_held for figure in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
