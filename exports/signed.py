"""Signed documents: canonical JSON (RFC 8785), an Ed25519 signature, and a verification that forgives nothing.

What is signed is `vigie-<type>-v<version>`, a line feed, and the document in canonical JSON: a signature made for one
kind of document is never good for another, and openssl alone can check it (docs/verifier-un-recu.md).
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from models.vocabulary import N_, Vocabulary

ALGORITHM = "Ed25519"
MAX_BYTES = 1024 * 1024
SAFE_INTEGER = 2**53 - 1

Keys = Mapping[str, Ed25519PublicKey]
"""Public keys that one trusts, by their kid."""


class NotCanonical(ValueError):
    """A value that evidence does not hold: a float, NaN, a huge number, a lone surrogate, a key that is no text."""


class Fault(Vocabulary):
    """Why a signed document is not accepted, in the order in which it is looked at."""

    UNREADABLE = "unreadable", N_("Ce fichier n’est pas un document signé de Vigie, ou il est tronqué.")
    DUPLICATE = "duplicate", N_("Une même rubrique y figure deux fois : le fichier a été fabriqué ou retouché.")
    REWRITTEN = (
        "rewritten",
        N_("Le fichier a été réécrit (espaces, ordre ou forme des caractères) : prenez l’original."),
    )
    INCOMPLETE = "incomplete", N_("Une rubrique manque ou est en trop : le fichier a été fabriqué ou retouché.")
    OTHER_KIND = "other_kind", N_("Ce document signé est d’une autre nature ou d’une autre version.")
    OTHER_ALGORITHM = (
        "other_algorithm",
        N_("L’algorithme de signature n’est pas Ed25519 : Vigie n’en emploie pas d’autre."),
    )
    UNKNOWN_KEY = "unknown_key", N_("La clé qui signe n’est pas parmi celles à qui vous faites confiance.")
    ALTERED = "altered", N_("La signature ne correspond pas : le contenu a été modifié, ou une autre clé l’a signé.")


class Refused(Exception):
    """A signed document is not accepted; `fault` says why, and `kid` which key signs, when that could be read."""

    def __init__(self, fault: Fault, kid: str = "") -> None:
        self.fault, self.kid = fault, kid
        super().__init__(fault.label)


@dataclass(frozen=True)
class PublicKey:
    """A public key as it is shown and kept: `kid` names it in documents, `pem` is what openssl reads."""

    kid: str
    pem: str

    @classmethod
    def of(cls, kid: str, key: Ed25519PublicKey) -> "PublicKey":
        return cls(kid, key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii"))

    @property
    def key(self) -> Ed25519PublicKey:
        """Raises ValueError when the text is not an Ed25519 public key."""
        key = load_pem_public_key(self.pem.encode("ascii"))
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("not an Ed25519 key")
        return key

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the key in DER, in hexadecimal by groups of four: what people compare with the minutes."""
        told = hashlib.sha256(self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
        return " ".join(told[start : start + 4] for start in range(0, len(told), 4))


def canonical(value: Any) -> bytes:
    """`value` as RFC 8785 writes it, in UTF-8. Raises NotCanonical, also for any float: none belongs in evidence."""
    try:
        return _written(value).encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def _written(value: Any) -> str:
    match value:
        case None | True | False | str():
            return json.dumps(value, ensure_ascii=False)
        case int() if abs(value) <= SAFE_INTEGER:
            return str(value)
        case list() | tuple():
            return f"[{','.join(map(_written, value))}]"
        case dict() if all(isinstance(key, str) for key in value):
            ordered = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass"))
            return "{" + ",".join(f"{_written(key)}:{_written(inner)}" for key, inner in ordered) + "}"
    raise NotCanonical(f"{type(value).__name__}: {value!r}"[:200])


def signed_bytes(document: Mapping[str, Any]) -> bytes:
    """The very bytes that are signed. `document` holds its "type" (letters) and its "version" (a number)."""
    return f"vigie-{document['type']}-v{document['version']}\n".encode() + canonical(dict(document))


def sign(document: Mapping[str, Any], kid: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    """{"document": `document` with the name of the key, "signature": …}. Raises NotCanonical."""
    named = {**document, "kid": kid}
    value = base64.b64encode(key.sign(signed_bytes(named))).decode("ascii")
    return {"document": named, "signature": {"algorithm": ALGORITHM, "value": value}}


def verify(data: bytes, kind: str, keys: Keys) -> dict[str, Any]:
    """The document that `data` holds, when one of `keys` signed it as `kind`. Raises Refused."""
    return verify_envelope(read(data), kind, keys)


def read(data: bytes) -> dict[str, Any]:
    """The envelope written in `data`, its own canonical form and nothing else. Raises Refused."""
    if len(data) > MAX_BYTES:
        raise Refused(Fault.UNREADABLE)
    try:
        envelope = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_float=_no, parse_constant=_no)
    except (ValueError, RecursionError):
        raise Refused(Fault.UNREADABLE) from None
    if not isinstance(envelope, dict) or not isinstance(envelope.get("document"), dict):
        raise Refused(Fault.UNREADABLE)
    try:
        rewritten = canonical(envelope) != data
    except NotCanonical:
        rewritten = True
    if rewritten:
        raise Refused(Fault.REWRITTEN)
    return envelope


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused(Fault.DUPLICATE)
    return found


def _no(text: str) -> Any:
    raise ValueError(text)


def verify_envelope(envelope: Mapping[str, Any], kind: str, keys: Keys) -> dict[str, Any]:
    """The document of an envelope that was read, when one of `keys` signed it as `kind`. Raises Refused."""
    document, signature = _parts(envelope)
    kid = document["kid"]
    if (document["type"], document["version"]) != (kind, 1):
        raise Refused(Fault.OTHER_KIND, kid)
    if signature["algorithm"] != ALGORITHM:
        raise Refused(Fault.OTHER_ALGORITHM, kid)
    if kid not in keys:
        raise Refused(Fault.UNKNOWN_KEY, kid)
    try:
        keys[kid].verify(_canonical_base64(signature["value"]), signed_bytes(document))
    except (InvalidSignature, ValueError):
        raise Refused(Fault.ALTERED, kid) from None
    return document


def _parts(envelope: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    document, signature = envelope.get("document"), envelope.get("signature")
    whole = (
        envelope.keys() == {"document", "signature"}
        and isinstance(document, dict)
        and isinstance(signature, dict)
        and signature.keys() == {"algorithm", "value"}
        and all(isinstance(text, str) for text in signature.values())
        and all(isinstance(document.get(name), str) for name in ("type", "kid"))
        and type(document.get("version")) is int
    )
    if not whole:
        raise Refused(Fault.INCOMPLETE)
    return document, signature  # type: ignore[return-value]


def _canonical_base64(text: str) -> bytes:
    """Decode, and refuse with ValueError the other spellings of the same bytes."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode("ascii") != text:
        raise ValueError("not canonical base64")
    return raw
