"""A backup that fails leaves nothing behind, and one that is damaged says so and restores nothing."""

import errno
import hashlib
import json
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, inspect

from governance import backup
from governance.backup import MANIFEST, Refused

Damage = Callable[[Path], None]


@pytest.fixture
def saved(app: Flask, database: Any, tmp_path: Path) -> Path:
    """A sound backup."""
    file = tmp_path / "v.zip"
    backup.backup(app.extensions["engine"], tmp_path, file)
    return file


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    """A database in which nothing was ever written."""
    engine = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    yield engine
    engine.dispose()


def rewritten(file: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    """The same zip, one member changed."""
    with zipfile.ZipFile(file) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, change(content) if name == member else content)


def manifest_becomes(change: Callable[[Any], Any]) -> Damage:
    def damage(file: Path) -> None:
        rewritten(file, MANIFEST, lambda content: json.dumps(change(json.loads(content))).encode())

    return damage


def flip_each_hundredth_byte(file: Path) -> None:
    """What a bad disk does to the compressed rows."""
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        member = max(archive.infolist(), key=lambda one: one.compress_size)
    begin = member.header_offset + 30 + len(member.filename)
    for place in range(begin, begin + member.compress_size, 100):
        content[place] ^= 0xFF
    file.write_bytes(content)


def without(*names: str) -> Damage:
    return manifest_becomes(lambda kept: {name: value for name, value in kept.items() if name not in names})


DAMAGES: dict[str, tuple[Damage, str]] = {
    "flipped bytes": (flip_each_hundredth_byte, "ne correspond pas à son empreinte"),
    "a manifest that is a list": (manifest_becomes(lambda kept: [kept]), "n’est pas une sauvegarde"),
    "no tables": (without("tables"), "ne dit pas ce qu’elle contient"),
    "no revision": (without("revision"), "ne dit pas ce qu’elle contient"),
    "empty tables": (manifest_becomes(lambda kept: {**kept, "tables": {}}), "ne dit pas ce qu’elle contient"),
    "tables that are a list": (manifest_becomes(lambda kept: {**kept, "tables": []}), "ne dit pas ce qu’elle contient"),
    "files that are a word": (manifest_becomes(lambda kept: {**kept, "files": "x"}), "ne dit pas ce qu’elle contient"),
    "a later version": (manifest_becomes(lambda kept: {**kept, "revision": "9999"}), "version plus récente"),
    "cut in the middle": (lambda file: os.truncate(file, 500), "n’est pas une sauvegarde"),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_backup_is_told_in_a_sentence_and_nothing_is_restored(
    what: str, saved: Path, empty: Engine, tmp_path: Path
) -> None:
    damage, sentence = DAMAGES[what]
    damage(saved)
    with pytest.raises(Refused, match=sentence):
        backup.restore(empty, tmp_path / "data", saved)
    assert inspect(empty).get_table_names() == []
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("line", [b"[]", b'{"id": "x"}', b"null"])
def test_a_row_that_is_none_is_told_with_its_table(line: bytes, saved: Path, empty: Engine, tmp_path: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        kept = json.loads(archive.read(MANIFEST))
    kept["tables"]["user"] = hashlib.sha256(line).hexdigest()
    rewritten(saved, MANIFEST, lambda _content: json.dumps(kept).encode())
    rewritten(saved, "user.jsonl", lambda _content: line)
    with pytest.raises(Refused, match="la table user contient une ligne illisible"):
        backup.restore(empty, tmp_path / "data", saved)


def test_a_backup_that_fails_is_private_from_its_first_byte_and_leaves_nothing(
    app: Flask, database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = []

    def full(*_given: object) -> NoReturn:
        modes.append(stat.S_IMODE((tmp_path / "v.zip.en-cours").stat().st_mode))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backup, "_lines", full)
    done = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "v.zip")])
    assert done.stderr == "La sauvegarde n’a pas été faite : il n’y a plus de place sur le disque.\n"
    assert done.exit_code == 1
    assert modes == [0o600]
    assert list(tmp_path.glob("v.zip*")) == []


def test_a_backup_is_private(saved: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
