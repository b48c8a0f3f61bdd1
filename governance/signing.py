"""Signing keys: Ed25519 on disk beside the sealing keys, their public halves kept in the database and published.

A rotation makes a new key, has the old one sign it, and destroys the old private half; whoever trusts one public key
can follow these statements to the later ones. What was signed stays checkable for ever.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from flask import current_app
from sqlalchemy import bindparam, select

from exports.signed import ALGORITHM, Keys, PublicKey, Refused, canonical, verify_envelope
from exports.signed import sign as sign_with
from governance.config import Settings
from governance.database import session
from governance.installation import identity, installation
from governance.keys import store, sync
from models.base import now
from models.journal import Verb, lock, tell
from models.proof import SigningKey
from models.vocabulary import N_

KEY, ROTATION = "key", "rotation"
"""The types of the two statements about keys: a key that says who it is, and the former one that says it follows."""


class SigningKeyMissing(Exception):
    """The private key that signs is gone, or unreadable; the message is a French sentence that says what to do."""

    def __init__(self, kid: str) -> None:
        self.kid = kid
        super().__init__(
            N_(
                "La clé de signature %s manque ou est illisible : remettez-la dans le dossier des clés, "
                "ou faites-en une nouvelle par « flask keys rotate »."
            )
            % kid
        )


@dataclass(frozen=True)
class Published:
    """A public key with its statement, as the page « Clés publiques » and the file of keys tell it."""

    public: PublicKey
    made_at: dt.datetime
    previous: str | None
    statement: dict[str, Any]

    @classmethod
    def told_by(cls, statement: dict[str, Any]) -> "Published":
        """The key that a statement tells of, taken at its word. Raises Refused unless the key itself signed it."""
        key = statement["document"].get(KEY, statement)
        told = key["document"]
        public = PublicKey(told["kid"], told["pem"])
        verify_envelope(key, KEY, {public.kid: public.key})
        return cls(public, dt.datetime.fromisoformat(told["made_at"]), told["previous"], statement)


@dataclass(frozen=True)
class Signer:
    """A key that is ready to sign, and its name."""

    kid: str
    key: Ed25519PrivateKey

    def sign(self, document: dict[str, Any]) -> dict[str, Any]:
        """The signed envelope of `document` ("type", "version" and what it says). Raises NotCanonical for a float."""
        return sign_with(document, self.kid, self.key)


@dataclass(frozen=True)
class SigningRing:
    """The signing keys of one folder, read anew at each use so that every process sees a rotation at once."""

    folder: Path

    @property
    def current(self) -> str | None:
        """The name of the key that signs; None when there is no private key."""
        return max(self._names("key"), default=None)

    def signer(self) -> "Signer":
        """What signs now. Raises SigningKeyMissing."""
        kid = self.current
        if kid is None:
            raise SigningKeyMissing(max(self._names("json"), default=""))
        return Signer(kid, self._private(kid))

    def sign(self, document: dict[str, Any]) -> dict[str, Any]:
        """The signed envelope of `document`. Raises SigningKeyMissing, and NotCanonical for a float."""
        return self.signer().sign(document)

    def rotate(self, at: dt.datetime) -> Published:
        """Make a new key, current from now on; the former one signs it and its private half is destroyed.

        In this order, so that a crash at any point leaves a key that signs: the statement, the new key, the end of the
        former. Raises SigningKeyMissing when the former cannot be read.
        """
        former = self.current
        key = Ed25519PrivateKey.generate()
        der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        number = int(max({*self._names("key"), *self._names("json")}, default="0000")[:4]) + 1
        kid = f"{number:04}-{hashlib.sha256(der).hexdigest()[:8]}"
        pem = PublicKey.of(kid, key.public_key()).pem
        told = {"type": KEY, "version": 1, "pem": pem, "made_at": at.isoformat(), "previous": former}
        statement = sign_with(told, kid, key)
        if former is not None:
            statement = self.sign({"type": ROTATION, "version": 1, KEY: statement})
        store(self._path(kid, "json"), canonical(statement).decode())
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        store(self._path(kid, "key"), secret.decode("ascii"))
        for older in self._names("key") - {kid}:
            self._path(older, "key").unlink()
        sync(self.folder)
        return Published.told_by(statement)

    def published(self) -> list[Published]:
        """The public keys of the folder, oldest first."""
        paths = sorted(self.folder.glob("sign-*.json"))
        return [Published.told_by(json.loads(path.read_text("utf-8"))) for path in paths]

    def _names(self, ending: str) -> set[str]:
        return {path.stem.removeprefix("sign-") for path in self.folder.glob(f"sign-*.{ending}")}

    def _path(self, kid: str, ending: str) -> Path:
        return self.folder / f"sign-{kid}.{ending}"

    def _private(self, kid: str) -> Ed25519PrivateKey:
        try:
            return _private_key(self._path(kid, "key").read_bytes())
        except (OSError, ValueError):
            raise SigningKeyMissing(kid) from None


@lru_cache(maxsize=1)
def _private_key(pem: bytes) -> Ed25519PrivateKey:
    """The key of a file, parsed once: that takes longer than a signature. Raises ValueError for another kind."""
    key = load_pem_private_key(pem, None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("not an Ed25519 key")
    return key


def signer() -> Signer:
    """This installation's key, ready to sign.

    Call it in a writing transaction: the public key is kept in the database with what it signs. The very first call
    makes the first key. Raises SigningKeyMissing when the database knows of a key that the folder lost.
    """
    ring = _ring()
    kid = ring.current
    if kid is None or not _is_kept(kid):
        lock(session.connection(), KEY)  # the first to sign makes the key and keeps it; who came with her finds it
        if ring.current is None:
            _make_first(ring)
        _keep(ring, str(ring.current))
    return ring.signer()


def _make_first(ring: SigningRing) -> None:
    known = session.scalar(select(SigningKey.kid).order_by(SigningKey.kid.desc()).limit(1))
    if known:
        raise SigningKeyMissing(known)
    ring.rotate(now())


def sign(document: dict[str, Any]) -> dict[str, Any]:
    """The envelope of `document` signed by this installation's key, as `signer` gives it."""
    return signer().sign(document)


def rotate() -> Published:
    """Make a new signing key, keep its public half, and tell it to the journal. Raises SigningKeyMissing."""
    ring = _ring()
    made = ring.rotate(now())
    _keep(ring, made.public.kid)
    tell(session(), Verb.SIGNING_KEY_MADE, installation(), "Vigie", key=made.public.kid, previous=made.previous)
    return made


def public_keys() -> list[Published]:
    """Every public key of this installation, newest first: those of the database, and any that is only on disk yet."""
    kept = [Published.told_by(row.statement) for row in session.scalars(SigningKey.all())]
    found = {one.public.kid: one for one in [*_ring().published(), *kept]}
    return [found[kid] for kid in sorted(found, reverse=True)]


def trusted_keys() -> Keys:
    """What this installation itself trusts: its own public keys."""
    return {one.public.kid: one.public.key for one in public_keys()}


def keys_file() -> dict[str, Any]:
    """The public keys as the file that `--keys` takes and that /.well-known/vigie-keys.json gives."""
    keys = [
        {
            "kid": one.public.kid,
            "algorithm": ALGORITHM,
            "pem": one.public.pem,
            "fingerprint": one.public.fingerprint,
            "made_at": one.made_at.isoformat(),
            "statement": one.statement,
        }
        for one in public_keys()
    ]
    return {"instance": str(identity()), "keys": keys}


def read_keys(data: bytes) -> Keys:
    """The keys of such a file. Raises ValueError when it is none."""
    try:
        listed = [PublicKey(one["kid"], one["pem"]) for one in json.loads(data)["keys"]]
        return {one.kid: one.key for one in listed}
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise ValueError("no file of public keys") from error


def reached(keys: Keys, statements: Iterable[dict[str, Any]]) -> Keys:
    """`keys`, and those that they vouch for: each statement counts when a key already trusted signed it.

    Statements come oldest first.
    """
    known = dict(keys)
    for statement in statements:
        try:
            verify_envelope(statement, ROTATION, known)
            told = Published.told_by(statement).public
        except (Refused, KeyError, TypeError, ValueError):
            continue
        known.setdefault(told.kid, told.key)
    return known


def _ring() -> SigningRing:
    settings: Settings = current_app.extensions["settings"]
    return SigningRing(settings.keys_dir)


_KEPT = select(SigningKey.kid).where(SigningKey.kid == bindparam("kid"))


def _is_kept(kid: str) -> bool:
    return session.scalar(_KEPT, {"kid": kid}) is not None


def _keep(ring: SigningRing, kid: str) -> None:
    """Keep in the database the public keys that it does not hold yet."""
    if _is_kept(kid):
        return
    known = set(session.scalars(select(SigningKey.kid)))
    for one in ring.published():
        if one.public.kid not in known:
            row = SigningKey(kid=one.public.kid, pem=one.public.pem, statement=one.statement, made_at=one.made_at)
            session.add(row)
    session.flush()
