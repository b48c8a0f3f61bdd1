"""The programs that open what we write; a missing one skips its test, or fails it where nothing may be skipped."""

import shutil
import subprocess
from pathlib import Path

import pytest


def tool(name: str, package: str) -> str:
    """The path of a program; without it the test is skipped, which fails where everything is required."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is missing: install {package}")
    return found


def by_libreoffice(content: bytes, ending: str, folder: Path, into: str = "pdf") -> Path:
    """The file as LibreOffice converts it; fails when it refuses."""
    soffice = tool("soffice", "libreoffice-calc and libreoffice-writer")
    source = folder / f"source.{ending}"
    source.write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    done = subprocess.run(
        [soffice, profile, "--headless", "--convert-to", into, "--outdir", str(folder / "out"), str(source)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    made = folder / "out" / f"source.{into.split(':')[0]}"
    assert made.exists(), f"LibreOffice could not open the {ending}: {done.stdout} {done.stderr}"
    return made


def pdf_facts(content: bytes, folder: Path) -> dict[str, str]:
    """What pdfinfo says of a document: {"Title": …, "Tagged": …}."""
    pdfinfo = tool("pdfinfo", "poppler-utils")
    path = folder / "document.pdf"
    path.write_bytes(content)
    said = subprocess.run([pdfinfo, str(path)], capture_output=True, text=True, timeout=60, check=True).stdout
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in said.splitlines())}


def pdf_text(content: bytes, folder: Path) -> str:
    """The words of a document, in reading order."""
    pdftotext = tool("pdftotext", "poppler-utils")
    path = folder / "document.pdf"
    path.write_bytes(content)
    return subprocess.run([pdftotext, str(path), "-"], capture_output=True, text=True, timeout=60, check=True).stdout
