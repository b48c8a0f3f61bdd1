"""The signing keys: made and renewed durably, published, kept in the base; what they signed is checked for ever."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from exports import receipts
from exports.signed import Fault, NotCanonical, Refused, canonical, verify, verify_envelope
from governance import signing
from governance.signing import SigningKeyMissing, SigningRing
from models.base import now
from models.journal import Entry, Verb
from models.proof import SigningKey
from tests.client import HouseClient
from tests.exports.test_receipts import RECEIPT

Write = Callable[[], AbstractContextManager[Session]]
PAPER = {"type": "note", "version": 1, "text": "L’été, « déjà »"}


@pytest.fixture
def keys_dir(app: Flask, tmp_path: Path) -> Any:
    """The folder of keys of this test alone."""
    kept = app.extensions["settings"]
    app.extensions["settings"] = replace(kept, data_dir=tmp_path)
    yield tmp_path / "keys"
    app.extensions["settings"] = kept


def keys_of(ring: SigningRing) -> dict[str, Any]:
    return {one.public.kid: one.public.key for one in ring.published()}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": [True, None, "é"]}, '{"a":[true,null,"é"],"b":1}'),
        ({"\U0001f600": 1, "\ufb01": 2}, '{"\U0001f600":1,"\ufb01":2}'),  # by UTF-16 units, as RFC 8785 sorts
        ('"\\\n\u0001/', '"\\"\\\\\\n\\u0001/"'),
        (-(2**53) + 1, "-9007199254740991"),
    ],
)
def test_a_value_is_written_as_the_rfc_says(value: Any, written: str) -> None:
    assert canonical(value) == written.encode()


@pytest.mark.parametrize("value", [1.0, float("nan"), 2**53, {1: 2}, "\ud800", b"x", {"a": [0.5]}, {"\ud800": 1}])
def test_what_two_programs_might_write_differently_is_not_signed(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


def test_the_private_key_is_for_its_owner_only(tmp_path: Path) -> None:
    ring = SigningRing(tmp_path / "keys")
    ring.rotate(now())
    (private,) = ring.folder.glob("sign-*.key")
    assert private.stat().st_mode & 0o777 == 0o400
    assert ring.folder.stat().st_mode & 0o777 == 0o700


def test_what_is_signed_is_checked_with_the_public_key(tmp_path: Path) -> None:
    ring = SigningRing(tmp_path)
    ring.rotate(now())
    data = canonical(ring.sign(PAPER))
    assert verify(data, "note", keys_of(ring)) == {**PAPER, "kid": ring.current}


def test_a_signature_for_one_kind_of_document_is_no_good_for_another(tmp_path: Path) -> None:
    ring = SigningRing(tmp_path)
    ring.rotate(now())
    envelope = ring.sign(PAPER)
    with pytest.raises(Refused) as refused:
        verify_envelope(envelope, "receipt", keys_of(ring))
    assert refused.value.fault is Fault.OTHER_KIND
    envelope["document"]["type"] = "receipt"
    with pytest.raises(Refused) as refused:
        verify_envelope(envelope, "receipt", keys_of(ring))
    assert refused.value.fault is Fault.ALTERED


def test_a_rotation_destroys_the_old_private_key_and_keeps_what_it_signed_good(tmp_path: Path) -> None:
    ring = SigningRing(tmp_path)
    ring.rotate(now())
    old = ring.sign(PAPER)
    for _ in range(3):
        ring.rotate(now())
    assert len(list(tmp_path.glob("sign-*.key"))) == 1
    assert len(ring.published()) == 4
    assert ring.sign(PAPER)["document"]["kid"] != old["document"]["kid"]
    assert verify_envelope(old, "note", keys_of(ring))


def test_who_trusts_the_first_key_reaches_the_last_and_no_impostor(tmp_path: Path) -> None:
    ring, impostor = SigningRing(tmp_path / "ours"), SigningRing(tmp_path / "theirs")
    first = ring.rotate(now()).public
    for _ in range(2):
        ring.rotate(now())
    impostor.rotate(now())
    stranger = impostor.rotate(now())
    statements = [one.statement for one in ring.published()]
    found = signing.reached({first.kid: first.key}, [*statements, stranger.statement])
    assert found.keys() == keys_of(ring).keys()
    assert stranger.public.kid not in found


@pytest.mark.parametrize("left", ["statement only", "both private keys"])
def test_a_rotation_that_was_cut_short_leaves_a_key_that_signs(tmp_path: Path, left: str) -> None:
    ring = SigningRing(tmp_path)
    ring.rotate(now())
    (former,) = tmp_path.glob("sign-*.key")
    held = former.read_bytes()
    ring.rotate(now())
    if left == "statement only":
        next(tmp_path.glob("sign-*.key")).unlink()
    former.write_bytes(held)
    assert verify_envelope(ring.sign(PAPER), "note", keys_of(ring))
    ring.rotate(now())
    assert len(list(tmp_path.glob("sign-*.key"))) == 1
    assert verify_envelope(ring.sign(PAPER), "note", keys_of(ring))


def test_the_first_signature_makes_the_key_and_keeps_it_in_the_base(
    keys_dir: Path, write: Write, db: Session, app: Flask
) -> None:
    with write():
        envelope = signing.sign(PAPER)
    assert db.scalars(select(SigningKey.kid)).all() == [envelope["document"]["kid"]]
    with app.app_context():
        assert verify_envelope(envelope, "note", signing.trusted_keys())


def test_a_base_restored_without_its_keys_still_verifies_but_does_not_sign(
    keys_dir: Path, write: Write, app: Flask
) -> None:
    with write():
        envelope = signing.sign(PAPER)
    for path in keys_dir.glob("sign-*"):
        path.unlink()
    with app.app_context():
        assert verify_envelope(envelope, "note", signing.trusted_keys())
    with pytest.raises(SigningKeyMissing, match="remettez-la dans le dossier des clés"), write():
        signing.sign(PAPER)
    with write():
        made = signing.rotate()
    assert made.previous is None
    with write():
        assert signing.sign(PAPER)["document"]["kid"] == made.public.kid


def test_a_rotation_is_told_in_the_journal(keys_dir: Path, write: Write, db: Session) -> None:
    with write():
        first = signing.rotate()
    with write():
        second = signing.rotate()
    told = db.scalars(select(Entry.detail).where(Entry.verb == Verb.SIGNING_KEY_MADE).order_by(Entry.seq)).all()
    assert told[1] == {"key": second.public.kid, "previous": first.public.kid}


def test_the_base_lets_no_public_key_be_changed_or_removed(keys_dir: Path, write: Write) -> None:
    with write():
        signing.rotate()
    replaced = "INSERT OR REPLACE INTO signing_key SELECT * FROM signing_key"
    for statement in (update(SigningKey).values(pem="x"), delete(SigningKey), text(replaced)):
        with pytest.raises(DBAPIError, match=r"ne se modifient pas|syntax error"), write() as session:
            session.execute(statement)


def test_anyone_reads_the_public_keys(
    keys_dir: Path, write: Write, client: Callable[[str | None], HouseClient]
) -> None:
    stranger = client(None)
    assert "Aucune clé pour le moment" in stranger.get("/cles-publiques").words
    with write():
        signing.rotate()
    with write():
        second = signing.rotate()
    page = stranger.get("/cles-publiques")
    assert second.public.fingerprint in page.words
    assert page.words.count("vérifie toujours") == 2
    listed = json.loads(stranger.get("/.well-known/vigie-keys.json").data)
    assert [one["kid"] for one in listed["keys"]] == sorted((one["kid"] for one in listed["keys"]), reverse=True)
    assert signing.read_keys(json.dumps(listed).encode()).keys() == {one["kid"] for one in listed["keys"]}
    assert stranger.get(f"/cles-publiques/{second.public.kid}/pem").data.decode() == second.public.pem
    assert stranger.get("/cles-publiques/0009-abcdefab/pem").status == 404
    assert b"PRIVATE" not in json.dumps(listed).encode()


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"keys":[{"kid":"a","pem":"b"}]}', b'{"keys":[3]}'])
def test_a_file_that_holds_no_keys_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no file of public keys"):
        signing.read_keys(data)


def test_a_receipt_is_verified_at_the_terminal(keys_dir: Path, write: Write, app: Flask, tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["charters", "verify", *words])
        return done.exit_code, done.stdout + done.stderr

    with write():
        envelope = signing.sign(receipts.document(RECEIPT))
        published = json.dumps(signing.keys_file())
    good, bad, keys, other = (tmp_path / name for name in ("recu.json", "faux.json", "vigie-keys.json", "autre.json"))
    good.write_bytes(receipts.file(envelope))
    bad.write_bytes(receipts.file(envelope).replace(b"Agathe", b"Agnes"))
    keys.write_text(published)
    other.write_text('{"keys": []}')
    for options in ((), ("--keys", str(keys))):
        assert run(str(good), *options)[0] == 0
        assert run(str(bad), *options) == (1, Fault.ALTERED.label + "\n")
    assert run(str(good), "--keys", str(other))[0] == 2
    assert run(str(good), "--keys", str(good))[0] == 2
    with write():
        signing.rotate()
    assert run(str(good))[0] == 0, "a rotation keeps old receipts valid"
    assert run(str(good), "--keys", str(keys))[0] == 0
