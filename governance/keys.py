"""Keys on disk: the ring that seals a secret for one owner and one purpose, and the secret that signs the web forms."""

import base64
import os
import re
import secrets
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
SECRET_MIN_BYTES = 32
SECRET_MIN_DISTINCT = 10

_SEALED = re.compile(r"v1\.([0-9]{4}-[0-9a-f]{8})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})")
_SAMPLES = ("changeme", "changethis", "changezmoi", "secretkey", "supersecret", "notsecret", "insecure", "development")


class SealBroken(Exception):
    """The sealed text was altered, or was sealed for another owner or another purpose."""

    def __init__(self) -> None:
        super().__init__("Ce contenu scellé a été altéré ou n’appartient pas à ce compte.")


class KeyMissing(Exception):
    """The key `kid` cannot be read; None when the ring holds no key at all."""

    def __init__(self, kid: str | None) -> None:
        self.kid = kid
        super().__init__(f"La clé de scellement {kid} manque ou est illisible." if kid else "Aucune clé de scellement.")


class KeyInUse(Exception):
    """The key `kid` still opens something, or is the one that seals today."""

    def __init__(self, kid: str) -> None:
        self.kid = kid
        super().__init__(f"La clé de scellement {kid} sert encore\u00a0: elle n’est pas retirée.")


@dataclass(frozen=True)
class KeyRing:
    """The sealing keys of one folder, read anew at each use so that every process sees a rotation at once."""

    folder: Path

    @classmethod
    def open(cls, folder: Path, *, create: bool = True) -> "KeyRing":
        """Return the ring of this folder; with `create`, make the folder (0700) and its first key if there is none.

        Raises KeyMissing when there is no key and none may be made.
        """
        ring = cls(folder)
        if create and not ring.kids:
            ring.rotate()
        ring.current  # noqa: B018  an empty ring is refused here and not at the first sign-in
        return ring

    @property
    def kids(self) -> list[str]:
        """Identifiers of the keys present, oldest first."""
        return sorted(path.stem.removeprefix("seal-") for path in self.folder.glob("seal-*.key"))

    @property
    def current(self) -> str:
        """Identifier of the newest key, the one that seals. Raises KeyMissing on an empty ring."""
        kids = self.kids
        if not kids:
            raise KeyMissing(None)
        return kids[-1]

    def seal(self, plain: bytes, *, purpose: str, owner: uuid.UUID) -> str:
        """Encrypt (AES-256-GCM) into `v1.<kid>.<nonce>.<ciphertext>`, which opens for this owner and purpose only."""
        kid = self.current
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher(kid, purpose).encrypt(nonce, plain, _context(purpose, kid, owner))
        return f"v1.{kid}.{_text(nonce)}.{_text(sealed)}"

    def open_sealed(self, text: str, *, purpose: str, owner: uuid.UUID) -> bytes:
        """Give back what was sealed. Raises SealBroken on any alteration, KeyMissing(kid) when its key is gone."""
        kid, nonce, sealed = _parts(text)
        try:
            return self._cipher(kid, purpose).decrypt(nonce, sealed, _context(purpose, kid, owner))
        except InvalidTag:
            raise SealBroken from None

    @staticmethod
    def kid_of(text: str) -> str:
        """Identifier of the key that sealed this text. Raises SealBroken when it is not a sealed text."""
        return _parts(text)[0]

    def rotate(self) -> str:
        """Make a new key, current from now on, and return its identifier; the others keep opening what they sealed."""
        # A number and not a date: it grows even when the clock goes back. The random part tells apart two keys of the
        # same number made by two processes at once, or before and after a restored backup.
        number = int(self.kids[-1][:4]) + 1 if self.kids else 1
        kid = f"{number:04}-{secrets.token_hex(4)}"
        store(self._path(kid), _text(os.urandom(KEY_BYTES)))
        return kid

    def retire(self, kid: str, *, still_sealed: int) -> None:
        """Remove a key. `still_sealed` is the number of stored texts it sealed, backups included.

        Raises KeyInUse unless that number is 0 and another key is current, KeyMissing(kid) when there is no such key.
        """
        if kid not in self.kids:
            raise KeyMissing(kid)
        if still_sealed or kid == self.current:
            raise KeyInUse(kid)
        self._path(kid).unlink()

    def _path(self, kid: str) -> Path:
        return self.folder / f"seal-{kid}.key"

    def _cipher(self, kid: str, purpose: str) -> AESGCM:
        try:
            key = _bytes(self._path(kid).read_text("ascii").strip())
        except (OSError, ValueError):
            raise KeyMissing(kid) from None
        if len(key) != KEY_BYTES:
            raise KeyMissing(kid)
        return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=f"vigie|{purpose}".encode()).derive(key))


def secret_key(folder: Path) -> str:
    """The secret that signs forms and cookies, made in `folder` on first use: for a local installation only."""
    path = folder / "secret_key"
    if not path.exists():
        store(path, secrets.token_urlsafe(48))
    return path.read_text("ascii").strip()


def weakness(secret: str | None) -> str | None:
    """Say in French why this secret cannot sign forms in production; None when it can."""
    if not secret:
        return "Le secret de l’application (SECRET_KEY) manque."
    letters = "".join(filter(str.isalnum, secret)).casefold()
    if letters in ("dev", "test", "secret", "password") or any(sample in letters for sample in _SAMPLES):
        return "Le secret de l’application (SECRET_KEY) est un exemple connu de tous."
    if len(secret.encode("utf-8", "surrogateescape")) < SECRET_MIN_BYTES:
        return f"Le secret de l’application (SECRET_KEY) compte moins de {SECRET_MIN_BYTES} octets."
    # A text found again inside its own double before the end is a shorter one repeated.
    if (secret + secret).find(secret, 1) < len(secret) or len(set(secret)) < SECRET_MIN_DISTINCT:
        return "Le secret de l’application (SECRET_KEY) répète trop les mêmes caractères."
    return None


def unsafe_files(folder: Path) -> list[Path]:
    """The folder itself and the files in it that the group or others may read, write or enter."""
    return [path for path in (folder, *sorted(folder.glob("*"))) if path.exists() and path.stat().st_mode & 0o077]


def _context(purpose: str, kid: str, owner: uuid.UUID) -> bytes:
    return f"{purpose}|v1|{kid}|{owner}".encode()


def _parts(text: str) -> tuple[str, bytes, bytes]:
    match = _SEALED.fullmatch(text)
    if match is None:
        raise SealBroken
    kid, nonce, sealed = match.groups()
    try:
        return kid, _bytes(nonce), _bytes(sealed)
    except ValueError:
        raise SealBroken from None


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    """Decode, and refuse with ValueError the other spellings of the same bytes that base64 lets through."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _text(raw) != text:
        raise ValueError("not canonical base64")
    return raw


def store(path: Path, text: str) -> None:
    """Write a private file (0400) whole and durably; a file already there, from another process, is kept as it is."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    sync(path.parent)


def sync(folder: Path) -> None:
    """Make the names in a folder survive a power cut: what a lost key sealed is lost."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
