"""The tools' own rules: exact and anonymous locks, a reason per library, one way to run everything."""

import re
import subprocess
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-test.lock"]
TARGETS = {"help", "run", "test", "sure", "bench", "lint", "format", "types", "contracts", "locks", "clean"}
PIN = re.compile(r"^(?P<name>[a-z0-9._-]+)==(?P<version>[^ ]+)(?: ; [^\\]+)?(?: \\)?$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def declared(lock: str) -> list[Requirement]:
    """The requirements of pyproject.toml that this lock has to satisfy."""
    lines = list(project()["project"]["dependencies"])
    if lock == "requirements-test.lock":
        lines += project()["dependency-groups"]["test"]
    return [Requirement(line) for line in lines]


def pins(lock: str) -> dict[str, str]:
    """Canonical name -> version, as the lock says."""
    found = (PIN.match(line) for line in (ROOT / lock).read_text().splitlines())
    return {canonicalize_name(pin["name"]): pin["version"] for pin in found if pin}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_only_pins_hashes_and_reasons(lock: str) -> None:
    strange = [
        line
        for line in (ROOT / lock).read_text().splitlines()
        if not (PIN.match(line) or HASH.match(line) or line.startswith("    #"))
    ]
    assert not strange, f"{lock}: run `make locks`, these lines are neither a pin, a hash nor a comment: {strange}"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text(), f"{lock}: an address of a package index got in, run `make locks`"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_hashed(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    bare = [
        line for line, after in zip(lines, [*lines[1:], ""], strict=True) if PIN.match(line) and not HASH.match(after)
    ]
    assert not bare, f"{lock}: run `make locks`, these pins have no hash: {bare}"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_satisfies_what_the_project_declares(lock: str) -> None:
    locked = pins(lock)
    behind = [
        str(asked)
        for asked in declared(lock)
        if not asked.specifier.contains(locked.get(canonicalize_name(asked.name), "0"), prereleases=True)
    ]
    assert not behind, f"{lock}: run `make locks`, it does not satisfy {behind}"


def test_tests_run_on_the_versions_that_are_served() -> None:
    served, tested = pins("requirements.lock"), pins("requirements-test.lock")
    assert served, "requirements.lock pins nothing"
    assert served.items() <= tested.items(), "the two locks disagree: run `make locks`"


def test_every_library_that_is_served_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    unexplained = [
        line
        for line in project()["project"]["dependencies"]
        if not re.search(rf'^ +"{re.escape(line)}", +# \w', text, flags=re.MULTILINE)
    ]
    assert not unexplained, f"pyproject.toml: write after each of these, in a comment, what it is for: {unexplained}"


def test_the_contracts_close_models_to_every_library_but_sqlalchemy() -> None:
    contracts = {contract["id"]: contract for contract in project()["tool"]["importlinter"]["contracts"]}
    closed = {*contracts["domain"]["forbidden_modules"], *contracts["plain-models"]["forbidden_modules"]}
    ours = {canonicalize_name(asked.name) for asked in declared("requirements.lock")} - {"sqlalchemy"}
    modules = {
        module
        for module, owners in packages_distributions().items()
        if ours & {canonicalize_name(owner) for owner in owners} and not module.startswith("_")
    }
    assert modules - closed == set(), "pyproject.toml: add these to the contract `plain-models`"


def test_ci_runs_the_tests_then_the_checks_with_nothing_skipped() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert re.search(r"^export VIGIE_REQUIRE_ALL=1\b.*\nmake test\nmake checks\n\Z", script, flags=re.MULTILINE)


def test_make_help_lists_every_target() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = dict(re.findall(r"^make (\w+) +(\S.*)$", shown, flags=re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == set(listed), "Makefile: give each target its sentence after ##"
    assert set(listed) >= TARGETS, "Makefile: people and scripts rely on these names"
