"""The child process that opens a stranger's file: bytes on standard input, its sheets on standard output, under limits.

It is run by its path, with the standard library alone: a parser that goes wrong harms nothing but this process.
"""

import resource
import sys
import types
from pathlib import Path

MEMORY = 2**29
SECONDS = 60


def limit_resources() -> None:
    """Bound what this process may take: memory, processor, and no file at all to write."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def name_the_package() -> None:
    """Make `governance` known without running it: its first file loads the whole web application."""
    package = types.ModuleType("governance")
    package.__path__ = [str(Path(__file__).resolve().parents[1])]
    sys.modules["governance"] = package


if __name__ == "__main__":
    name_the_package()
    from governance.imports.formats.answer import answer  # only now can it be found

    limit_resources()
    answer(sys.stdin.buffer.read(), sys.argv[1], sys.stdout.buffer)
