"""A terminal: commands run as people run them, in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.house.source import ROOT

Done = subprocess.CompletedProcess[str]


def start(folder: Path, *command: str, **environment: str) -> Done:
    """Run a command of the house on the data of a folder, with nothing else of this environment."""
    tools = Path(sys.executable).parent
    given = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "DATA_DIR": str(folder), **environment}
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=120, check=False)


def said(folder: Path, *words: str, **environment: str) -> str:
    """What `flask words…` says when all goes well. Raises AssertionError otherwise."""
    done = start(folder, "flask", *words, **{"ENVIRONMENT": "local", **environment})
    assert (done.returncode, done.stderr) == (0, ""), f"flask {' '.join(words)}: {done.returncode} {done.stderr}"
    return done.stdout.strip()
