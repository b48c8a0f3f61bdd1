"""Receipts: what they say, what they refuse, and that openssl alone can check them."""

import datetime as dt
import json
import re
import subprocess
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exports import receipts
from exports.receipts import Authentication, Channel, CharterTold, Decision, Means, PersonTold, Place, Receipt
from exports.signed import Fault, Keys, PublicKey, canonical
from governance.signing import SigningRing
from tests.exports.opened import tool
from tests.house.source import ROOT

AT = dt.datetime(2026, 11, 26, 14, 5, 3, 123456, dt.UTC)
RECEIPT = Receipt(
    number="R-2026-000042",
    instance=uuid.UUID(int=1),
    establishment="Centre hospitalier de l’Anse",
    charter=CharterTold(uuid.UUID(int=2), "Charte d’usage", "2.0", "fr", "ab" * 32, 48213),
    statement="J’ai lu la charte et je m’engage à la respecter.",
    person=PersonTold(uuid.UUID(int=3), "Agathe Roux", "Infirmière", "CH de l’Anse", "Centre hospitalier de l’Anse"),
    auth=Authentication(Channel.ACCOUNT, [Means.PASSWORD, Means.TOTP], AT),
    decision=Decision.ACCEPTED,
    at=AT,
    journal=Place(str(uuid.UUID(int=4)), 1234, "cd" * 32),
)


@pytest.fixture
def ring(tmp_path: Path) -> SigningRing:
    ring = SigningRing(tmp_path / "keys")
    ring.rotate(AT)
    return ring


@pytest.fixture
def key(ring: SigningRing) -> PublicKey:
    return ring.published()[-1].public


@pytest.fixture
def keys(key: PublicKey) -> Keys:
    return {key.kid: key.key}


@pytest.fixture
def envelope(ring: SigningRing) -> dict[str, Any]:
    return ring.sign(receipts.document(RECEIPT))


def test_a_receipt_says_who_accepted_what_when_and_how(envelope: dict[str, Any], keys: Keys) -> None:
    verdict = receipts.verify(receipts.file(envelope), keys)
    assert (verdict.fault, verdict.status) == (None, 0)
    assert verdict.sentence.startswith(
        "Reçu authentique. Le 26/11/2026 à 15:05:03 (heure de Paris), Agathe Roux (Infirmière, Centre hospitalier de "
        "l’Anse) a pris connaissance de « Charte d’usage », version 2.0, et l’a acceptée."
    )
    assert verdict.document is not None
    assert verdict.document["at"] == "2026-11-26T14:05:03.123Z"
    assert verdict.document["auth"]["means"] == ["password", "totp"]
    assert verdict.document["journal"] == {"chain": str(uuid.UUID(int=4)), "seq": 1234, "digest": "cd" * 32}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in leaves(inner, (*path, key))]
    return [path]


PLACES = leaves({"document": {**receipts.document(RECEIPT), "kid": ""}})


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(path[1:]))
def test_each_field_altered_is_seen(envelope: dict[str, Any], keys: Keys, path: tuple[str, ...]) -> None:
    held: Any = envelope
    for name in path[:-1]:
        held = held[name]
    was = held[path[-1]]
    held[path[-1]] = was + 1 if isinstance(was, int) else [] if isinstance(was, list) else was + "x"
    verdict = receipts.verify(canonical(envelope), keys)
    expected = {"type": Fault.OTHER_KIND, "version": Fault.OTHER_KIND, "kid": Fault.UNKNOWN_KEY}
    top = path[-1] if len(path) == 2 else ""
    assert verdict.fault is expected.get(top, Fault.ALTERED)
    assert verdict.document is None


Forge = Callable[[bytes], bytes]
FORGED: dict[str, tuple[Forge, Fault]] = {
    "cut": (lambda data: data[:-40], Fault.UNREADABLE),
    "empty": (lambda data: b"", Fault.UNREADABLE),
    "not text": (lambda data: b"\xff\xfe" + data, Fault.UNREADABLE),
    "deep": (lambda data: b"[" * 200_000, Fault.UNREADABLE),
    "huge": (lambda data: data + b" " * 2_000_000, Fault.UNREADABLE),
    "float": (lambda data: data.replace(b'"size":48213', b'"size":48213.0'), Fault.UNREADABLE),
    "duplicate": (lambda data: data.replace(b'"kid":', b'"number":"R-1","kid":'), Fault.DUPLICATE),
    "indented": (lambda data: json.dumps(json.loads(data), indent=2).encode(), Fault.REWRITTEN),
    "escaped": (lambda data: data.replace("è".encode(), b"\\u00e8"), Fault.REWRITTEN),
    "other order": (lambda data: json.dumps(dict(reversed(json.loads(data).items()))).encode(), Fault.REWRITTEN),
    "final newline": (lambda data: data + b"\n", Fault.REWRITTEN),
    "other form of é": (lambda data: data.replace("è".encode(), "e\u0300".encode()), Fault.ALTERED),
    "no signature": (lambda data: canonical({"document": json.loads(data)["document"]}), Fault.INCOMPLETE),
    "more beside it": (lambda data: canonical({**json.loads(data), "note": "x"}), Fault.INCOMPLETE),
    "no key named": (lambda data: re.sub(rb'"kid":"[^"]*",', b"", data), Fault.INCOMPLETE),
    "version as text": (lambda data: data.replace(b'"version":1}', b'"version":"1"}'), Fault.INCOMPLETE),
    "other algorithm": (lambda data: data.replace(b'"Ed25519"', b'"none"'), Fault.OTHER_ALGORITHM),
    "other base64": (lambda data: data.replace(b'=="', b'= ="'), Fault.ALTERED),
    "no value": (lambda data: re.sub(rb'"value":"[^"]*"', b'"value":""', data), Fault.ALTERED),
}


@pytest.mark.parametrize("how", FORGED)
def test_each_forgery_has_its_own_sentence(envelope: dict[str, Any], keys: Keys, how: str) -> None:
    forge, fault = FORGED[how]
    forged = forge(receipts.file(envelope))
    assert forged != receipts.file(envelope)
    verdict = receipts.verify(forged, keys)
    assert verdict.fault is fault
    assert verdict.sentence == fault.label
    assert verdict.status != 0


def test_every_byte_changed_is_seen(envelope: dict[str, Any], keys: Keys) -> None:
    data = receipts.file(envelope)
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert receipts.verify(changed, keys).fault is not None, place


def test_an_unknown_key_leaves_the_question_open(envelope: dict[str, Any], tmp_path: Path) -> None:
    impostor = SigningRing(tmp_path / "impostor").rotate(AT).public
    verdict = receipts.verify(receipts.file(envelope), {impostor.kid: impostor.key})
    assert (verdict.fault, verdict.status) == (Fault.UNKNOWN_KEY, 2)
    assert envelope["document"]["kid"] in verdict.sentence


def test_a_key_of_the_same_name_does_not_do(envelope: dict[str, Any], key: PublicKey, tmp_path: Path) -> None:
    impostor = SigningRing(tmp_path / "impostor").rotate(AT).public
    assert receipts.verify(receipts.file(envelope), {key.kid: impostor.key}).fault is Fault.ALTERED


def test_a_good_signature_under_another_kind_of_document_is_no_receipt(ring: SigningRing, keys: Keys) -> None:
    other = ring.sign({**receipts.document(RECEIPT), "type": "checkpoint"})
    assert receipts.verify(canonical(other), keys).fault is Fault.OTHER_KIND
    less = receipts.document(RECEIPT)
    del less["charter"]
    assert receipts.verify(canonical(ring.sign(less)), keys).fault is Fault.INCOMPLETE


# The page


@pytest.fixture
def page(envelope: dict[str, Any], key: PublicKey) -> bytes:
    return receipts.page(envelope, key, "https://vigie.ght.example/cles-publiques")


def test_the_page_says_what_it_is_worth_and_fits_on_one_sheet(page: bytes, key: PublicKey, tmp_path: Path) -> None:
    source = tmp_path / "recu.pdf"
    source.write_bytes(page)
    read = subprocess.run(
        [tool("pdftotext", "poppler-utils"), "-layout", str(source), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert read.count("\f") == 1
    words = " ".join(read.split())
    assert "Signature électronique simple au sens du règlement eIDAS, non qualifiée." in words
    assert "ce n’est pas un consentement au sens du RGPD" in words
    assert "Agathe Roux a pris connaissance de « Charte d’usage », version 2.0, et l’a acceptée," in words
    assert key.fingerprint in words


def test_the_page_holds_the_signed_file_and_verifies_by_itself(
    page: bytes, envelope: dict[str, Any], keys: Keys, tmp_path: Path
) -> None:
    assert receipts.verify(page, keys).fault is None
    source = tmp_path / "recu.pdf"
    source.write_bytes(page)
    subprocess.run([tool("pdfdetach", "poppler-utils"), "-saveall", "-o", str(tmp_path), str(source)], check=True)
    assert (tmp_path / "recu.json").read_bytes() == receipts.file(envelope)
    assert receipts.verify(page.replace(b"stream", b"strean"), keys).fault is Fault.UNREADABLE


def test_a_refusal_with_a_long_reason_in_any_script_is_drawn(ring: SigningRing, key: PublicKey, keys: Keys) -> None:
    reason = "Je conteste l’article 12. 漢字 \u202e\U0001f600 " * 40
    refused = replace(RECEIPT, decision=Decision.REFUSED, reason=reason)
    made = receipts.page(ring.sign(receipts.document(refused)), key, "https://vigie.ght.example/cles-publiques")
    verdict = receipts.verify(made, keys)
    assert verdict.document is not None
    assert verdict.document["reason"] == reason
    assert "et l’a refusée" in verdict.sentence


# With openssl alone, as docs/verifier-un-recu.md says


def commands() -> list[str]:
    """The commands of the page, in order."""
    told = (ROOT / "docs" / "verifier-un-recu.md").read_text(encoding="utf-8").split("## Avec openssl seul")[1]
    return [line.strip() for line in told.splitlines() if line.startswith("       ")]


@pytest.mark.parametrize("altered", [False, True])
def test_openssl_alone_checks_a_receipt(
    envelope: dict[str, Any], key: PublicKey, tmp_path: Path, *, altered: bool
) -> None:
    tool("openssl", "openssl")
    data = receipts.file(envelope)
    (tmp_path / "recu.json").write_bytes(data.replace(b"Agathe", b"Agnes") if altered else data)
    (tmp_path / "cle.pem").write_text(key.pem)
    (tmp_path / "charte.pdf").write_bytes(b"%PDF-")
    done = [
        subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False)
        for line in commands()
    ]
    assert len(done) == 5
    assert key.fingerprint.replace(" ", "") in done[0].stdout
    said = done[3].stdout + done[3].stderr
    assert ("Signature Verified Successfully" in said, done[3].returncode == 0) == (not altered, not altered)
