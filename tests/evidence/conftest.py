"""A record in the register and a browser that attaches files to it."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.client import HouseClient, Page

Clients = Callable[[str | None], HouseClient]


@pytest.fixture
def stored(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the files, this test's own."""
    monkeypatch.setattr("governance.files.folder", lambda: tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def record(client: Clients) -> str:
    """The address of a record that the DPO began."""
    typed = {"name": "Paie des agents", "purpose": "Payer", "kind": "controller"}
    return client("dpo").post("/registre/nouvelle", typed).location


def sent(who: HouseClient, record: str, *files: tuple[str, bytes], **typed: Any) -> Page:
    """Attach files to the record at an address, with what else was typed."""
    chosen = [(io.BytesIO(content), name) for name, content in files]
    address = f"/pieces/activity/{record.rpartition('/')[2]}/ajouter"
    return who.post(address, {"files": chosen, **typed}, content_type="multipart/form-data")


def links(page: Page, ending: str = "") -> list[str]:
    """The addresses of the attachments on a page."""
    found = [one.get("href", "") for one in page.all("a")]
    return [
        one
        for one in found
        if one.startswith("/pieces/") and one.count("/") == 2 + bool(ending) and one.endswith(ending)
    ]
