"""The house's own source, to be read by its rules."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
WINGS = ("governance", "models", "exports", "seed")


@cache
def modules() -> dict[str, ast.Module]:
    """Every Python file of the wings, by its path from the root."""
    files = sorted(file for wing in WINGS for file in (ROOT / wing).rglob("*.py"))
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text(encoding="utf-8")) for file in files}


@dataclass(frozen=True)
class Found:
    """Something written in the source: the file and the function around it, and the node itself."""

    path: str
    function: str
    node: ast.AST

    @property
    def where(self) -> str:
        return f"{self.path}:{self.function}"


def calls() -> Iterator[tuple[Found, ast.Call]]:
    """Every call of the wings."""
    for path, tree in modules().items():
        for function, node in _within(tree, "module"):
            if isinstance(node, ast.Call):
                yield Found(path, function, node), node


def _within(node: ast.AST, function: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        inner = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
        yield inner, child
        yield from _within(child, inner)


def name_of(node: ast.AST) -> str:
    """The last word of a dotted name: `commit` for `session.commit`; "" for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


@cache
def imported_from(path: str, package: str) -> frozenset[str]:
    """The names that a file imports from a package or what lies under it."""
    return frozenset(
        alias.asname or alias.name
        for node in ast.walk(modules()[path])
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package
        for alias in node.names
    )


@cache
def templates() -> dict[str, str]:
    """The text of every page, part, macro and mail without its comments, by its name."""
    files = sorted(file for file in TEMPLATES.rglob("*") if file.suffix in (".html", ".txt"))
    return {
        str(file.relative_to(TEMPLATES)): re.sub(r"{#.*?#}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        for file in files
    }
