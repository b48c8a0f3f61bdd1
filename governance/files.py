"""The bytes of attachments, under DATA_DIR/files by SHA-256: taken, given, verified, swept when nothing names them.

kept = files.attach(owner, upload, who=visitor(), note="…")     # in the request's transaction
path = files.read(kept)
"""

import datetime as dt
import hashlib
import io
import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from flask import current_app
from sqlalchemy import select

from governance import media
from governance.config import Settings
from governance.database import reading_aside, session
from governance.media import Kind, Unfit
from governance.visitor import Visitor
from models.base import now
from models.evidence import Attachment, HasEvidence
from models.vocabulary import N_

CHUNK = 2**20
YOUNG = dt.timedelta(days=1)
"""A file is not swept before this age: its attachment may still be on its way into the database."""
SCAN_TIMEOUT = 60  # seconds


class FileGone(Exception):
    """The bytes of an attachment are not on the disk any more."""


@dataclass(frozen=True)
class Upload:
    """A file that was looked at and may be kept: its clean name, its kind, and its content, open at its start."""

    name: str
    kind: Kind
    content: IO[bytes]

    @classmethod
    def of(cls, content: IO[bytes], name: str | None) -> "Upload":
        """A file somebody chose. Raises Unfit with the sentence to show her."""
        clean = media.clean_name(name)
        if content.seek(0, os.SEEK_END) > Attachment.MAX_SIZE:
            raise Unfit(N_("Ce fichier dépasse 25 Mo : réduisez-le, ou partagez-le en plusieurs."))
        content.seek(0)
        return cls(clean, media.identify(content, clean), content)

    @classmethod
    def of_bytes(cls, data: bytes, name: str) -> "Upload":
        """A file that the house made itself. Raises Unfit when it is none that is accepted."""
        return cls.of(io.BytesIO(data), name)


def folder() -> Path:
    """Where the bytes are, on this installation."""
    settings: Settings = current_app.extensions["settings"]
    return settings.data_dir / "files"


def attach(
    owner: HasEvidence,
    upload: Upload,
    *,
    who: Visitor,
    title: str | None = None,
    note: str | None = None,
    about: str | None = None,
    kept: bool = False,
) -> Attachment:
    """Keep a file and attach it to `owner`; gives the attachment. Raises Unfit if the antivirus refuses.

    `about`: the code of one of the owner's topics.
    `kept`: something that does not change rests on it (a published text, an acceptance on paper): it is never removed.
    """
    digest, size = keep(upload.content, look=_scan)
    attachment = Attachment.to(
        owner, about=about, name=upload.name, title=title, note=note, media_type=upload.kind.media_type, size=size,
        sha256=digest, added_by=who.name, added_by_id=who.user_id, kept=kept,
    )  # fmt: skip
    session.add(attachment)
    return attachment


def read(attachment: Attachment) -> Path:
    """The file of an attachment. Raises FileGone."""
    path = place(attachment.sha256)
    if not path.is_file():
        raise FileGone(attachment.sha256)
    return path


def is_there(attachment: Attachment) -> bool:
    """Whether its bytes are on the disk, by their number alone; `read` looks at them."""
    try:
        return place(attachment.sha256).stat().st_size == attachment.size
    except OSError:
        return False


def place(digest: str, under: Path | None = None) -> Path:
    """Where bytes of this digest are, or would be."""
    return (under or folder()) / digest[:2] / digest


def keep(content: IO[bytes], under: Path | None = None, look: Callable[[Path], None] | None = None) -> tuple[str, int]:
    """Write bytes under the name of their digest; gives the digest and the size. They are on the disk when it returns.

    The same bytes are kept once; written again, they mend an altered copy. `look` sees the file first, and may refuse.
    """
    home = under or folder()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = tempfile.NamedTemporaryFile(dir=home, prefix=".", delete=False)  # noqa: SIM115 -- it is moved, not deleted
    try:
        with draft:
            digest, size = _copy(content, draft)
        if look is not None:
            look(Path(draft.name))
        target = place(digest, home)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        Path(draft.name).replace(target)
    except BaseException:
        Path(draft.name).unlink(missing_ok=True)
        raise
    for one in (target.parent, home):
        _flush(one)
    return digest, size


def _copy(content: IO[bytes], draft: Any) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(CHUNK):
        digest.update(chunk)
        draft.write(chunk)
        size += len(chunk)
    draft.flush()
    os.fsync(draft.fileno())
    return digest.hexdigest(), size


def _flush(directory: Path) -> None:
    """A name is on the disk only when its directory is."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _scan(path: Path) -> None:
    """Ask the antivirus of SCAN_COMMAND, if there is one; whatever it does not call clean is refused."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.scan_command:
        return
    command = [*shlex.split(settings.scan_command), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SCAN_TIMEOUT, check=False)  # noqa: S603 -- the hospital's own setting
    except (OSError, subprocess.TimeoutExpired) as problem:
        current_app.logger.error("antivirus: %s", problem)
        raise Unfit(N_("L’antivirus ne répond pas : rien n’a été enregistré. Réessayez plus tard.")) from problem
    if done.returncode:
        current_app.logger.warning("antivirus refused a file: %s", done.stdout.decode(errors="replace"))
        raise Unfit(N_("L’antivirus a refusé ce fichier : rien n’a été enregistré."))


# Held to account


@dataclass(frozen=True)
class Fault:
    """An attachment whose bytes are not what they were, and why (a French sentence)."""

    name: str
    sha256: str
    reason: str

    def __str__(self) -> str:
        return N_("Pièce « %(name)s » (SHA-256 %(digest)s) : %(reason)s.") % {
            "name": self.name, "digest": self.sha256, "reason": self.reason,
        }  # fmt: skip


def faults() -> list[Fault]:
    """The attachments whose file is missing or altered. Reads every file whole, identical ones once."""
    checked: dict[str, str | None] = {}
    found = []
    with reading_aside() as other:
        for attachment in other.scalars(Attachment.present().execution_options(yield_per=500)):
            digest = attachment.sha256
            if digest not in checked:
                checked = {digest: _fault(place(digest), digest)}
            if reason := checked[digest]:
                found.append(Fault(attachment.name, digest, reason))
    return found


def _fault(path: Path, digest: str) -> str | None:
    try:
        with path.open("rb") as content:
            same = hashlib.file_digest(content, "sha256").hexdigest() == digest
    except OSError:
        return N_("le fichier manque")
    return None if same else N_("le fichier a été modifié")


def purge() -> int:
    """Let go of what was removed long ago, and of bytes that no attachment names; gives how many attachments went."""
    old = session.scalars(Attachment.to_purge(now())).all()
    for attachment in old:
        attachment.purged_at = now()
    session.flush()
    named = set(session.scalars(select(Attachment.sha256).where(Attachment.purged_at.is_(None)).distinct()))
    for path in folder().glob("*/*") if folder().exists() else ():
        if path.name not in named and _is_old(path):
            path.unlink(missing_ok=True)
    return len(old)


def _is_old(path: Path) -> bool:
    written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    return now() - written > YOUNG
