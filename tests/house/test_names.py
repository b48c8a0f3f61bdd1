"""The plan of the house: one word per room in every wing, and a README that tells the tree as it is."""

import ast
import re

import pytest

from governance.config import variables
from governance.rooms import ROOMS
from tests.house.source import ROOT, TEMPLATES, modules

WORDS = [room.word for room in ROOMS]

ABSENT = {
    ("accounts", "exports"): "nobody asks for the accounts in a file",
    ("dashboard", "exports"): "it counts what others keep",
    ("dashboard", "models"): "it counts what others keep",
    ("establishments", "exports"): "they head the register’s documents",
    ("evidence", "exports"): "an attachment leaves as it came",
    ("search", "exports"): "what it finds leaves from its own room",
    ("outbox", "exports"): "the mail is followed on its page",
    ("reminders", "exports"): "due dates leave by exports/calendar.py, with the plan’s",
    ("imports", "exports"): "what comes in is read by the room; what goes out is the register’s",
}

AVOIDED = {"actions", "audit", "common", "core", "helpers", "manager", "misc", "requests", "service", "utils"}
"""Words that say nothing, or say two things."""

NOT_TOLD = {"__pycache__", "htmlcov", "node_modules", "test-results", "var"}
"""What running the house leaves beside it."""


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("wing", ["governance", "templates", "models", "exports", "tests"])
def test_a_room_has_its_word_in_every_wing(word: str, wing: str) -> None:
    if (ROOT / wing / word).exists() or (ROOT / wing / f"{word}.py").exists():
        assert (word, wing) not in ABSENT, f"{wing}/{word} exists: take it off ABSENT"
    else:
        assert (word, wing) in ABSENT, f"write {wing}/{word}, or say in ABSENT why there is none"


def test_a_folder_of_governance_is_a_room() -> None:
    folders = {path.name for path in (ROOT / "governance").iterdir() if path.is_dir()}
    assert folders - {"static", "translations", "__pycache__"} == set(WORDS)
    assert all((ROOT / "governance" / word / "routes.py").exists() for word in WORDS), (
        "a room has its doors in routes.py"
    )


def test_a_room_renders_its_own_templates() -> None:
    foreign = [
        f"{path}: {name}"
        for path, tree in modules().items()
        if path.startswith("governance/") and path.count("/") > 1
        for name in re.findall(r"'([a-z]+/[a-z_]+\.(?:html|txt))'", ast.dump(tree))
        if name.split("/")[0] not in (path.split("/")[1], "errors")
    ]
    assert not foreign, "a page of another room belongs to its own"


def test_a_folder_of_templates_is_a_room_or_shared() -> None:
    folders = {path.name for path in TEMPLATES.iterdir() if path.is_dir()}
    assert folders == {*WORDS, "errors", "macros"}


def test_no_file_bears_a_name_that_says_nothing() -> None:
    named = {path for path in modules() if AVOIDED & set(re.split(r"[/._]", path))}
    assert not named


@pytest.mark.parametrize("path", sorted(modules()))
def test_a_module_says_in_a_sentence_what_lives_in_it(path: str) -> None:
    first = (ast.get_docstring(modules()[path]) or "").split("\n\n")[0]
    assert re.search(r"[.:?]$", first), "begin the file with a docstring that is a sentence"


def test_the_readme_tells_the_tree() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    entries = {path for path in ROOT.iterdir() if path.is_dir() or path.suffix == ".py"}
    top = {path.stem for path in entries if not path.name.startswith(".")} - NOT_TOLD
    frame = {path.stem for path in (ROOT / "governance").glob("*.py")} - {"__init__"}
    untold = {name for name in top if name not in readme} | {
        name for name in {*frame, *WORDS} if f"`{name}`" not in readme
    }
    assert not untold, f"README.md does not name {sorted(untold)}"


def test_the_readme_tells_every_variable() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| ?(.*?) ?\|$", readme, flags=re.MULTILINE)
    told = [(name, meaning, default.strip("` ")) for name, meaning, default in table]
    assert told == variables(), "copy the table of variables from governance.config.variables()"
