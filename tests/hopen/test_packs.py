"""Packs of evidence: made by those who may, checked by anybody, altered by nobody unseen."""

import base64
import datetime as dt
import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from exports.hopen import pack as packs
from exports.signed import canonical
from governance import files, signing
from governance.database import transaction
from governance.hopen.packs.keeping import folder, forget_packs
from governance.visitor import Visitor
from models.accounts import RoleGrant
from models.base import now, today
from models.evidence import Attachment
from models.hopen.opinions import StepLink
from models.hopen.pack import Pack, PackLink
from models.journal import Actor, Entry, Verb
from models.permissions import Role
from tests.cast import Stage
from tests.charters.made import published_charter
from tests.client import HouseClient
from tests.hopen.made import tracked

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


def proved(write: Write, stage: Stage) -> None:
    """A tracking with a file, a file that is gone since, and a charter, each on an action."""
    with write() as session:
        home = stage.establishments["CHA"]
        steps, who = tracked(session, home), Visitor(name="Rachid Simon")
        for code, text, name in (
            ("P2.1-O1-A1", b"Redemarrer.", "procédure.txt"),
            ("P1.2-O3-A1", b"Reunion.", "pv.txt"),
        ):
            files.attach(steps[code], files.Upload.of_bytes(text, name), who=who, title=name)
        charter = published_charter(session, home)
        link = StepLink(kind="charter", record_id=charter.id, title=charter.title, linked_by="Rachid Simon")
        link.step = steps["P3.2-O1-A2"]
        session.add(link)
        session.flush()
        gone = session.scalars(select(Attachment).where(Attachment.name == "pv.txt")).one()
        files.read(gone).unlink()


def made(who: HouseClient, audience: str = "hopen") -> str:
    """Make a pack; gives its address."""
    page = who.post("/hopen/dossiers", {"audience": audience, "scope": "groupe"})
    assert page.status == 303, page.words
    return page.location


def keys(app: Flask) -> Any:
    with app.app_context():
        return signing.trusted_keys()


def test_a_pack_holds_the_proofs_says_what_is_gone_and_is_checked_elsewhere(
    app: Flask, client: Clients, write: Write, db: Session, stage: Stage, tmp_path: Path
) -> None:
    proved(write, stage)
    dpo = client("dpo")
    assert dpo.post("/hopen/dossiers", {"audience": "tout"}).status == 422
    address = made(dpo)
    page = dpo.get(address)
    assert "pv.txt" in page.words
    taken = dpo.post(f"{address}/prendre")
    assert taken.headers["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(taken.data))
    names = archive.namelist()
    assert archive.read("P2.1/P2.1-O1-A1-procedure.txt") == b"Redemarrer."
    assert {"00-suivi/suivi-hopen.pdf", "registre-des-traitements/registre.pdf", "applications/applications.xlsx"} <= {
        *names
    }
    assert "chartes/suivi-chartes.pdf" in names
    assert sum(name.startswith("chartes/charte") and name.endswith(".html") for name in names) == 1, "byte for byte"
    assert not any("pv" in name for name in names)
    assert archive.read("index.pdf")[:5] == b"%PDF-"
    assert packs.check(io.BytesIO(taken.data), keys(app)).status == 0
    assert packs.check(io.BytesIO(taken.data), {}).status == 2
    pack = db.scalars(select(Pack)).one()
    told = [one for one in db.scalars(select(Entry).where(Entry.verb == Verb.EXPORTED)) if one.subject_id == pack.id]
    assert told[0].detail["digest"] == pack.sha256
    _checked_with_openssl(app, archive, tmp_path)


def test_a_pack_opens_nothing_that_its_rooms_close(client: Clients, write: Write, stage: Stage) -> None:
    proved(write, stage)
    dpo, dsi = client("dpo"), client("dsi")
    whole, own = made(dpo), made(dsi)
    assert dsi.get(whole).status == 404, "it holds the register, which the IT department does not export"
    assert dsi.post(f"{whole}/prendre").status == 404
    assert whole not in dsi.get("/hopen/dossiers").text
    assert own in dsi.get("/hopen/dossiers").text
    assert dpo.get(own).status == 200
    with write() as session:
        both = {"user_id": stage.users["dpo"], "role": Role.DPO, "starts_on": today(), "granted_at": now()}
        session.add(RoleGrant(establishment_id=stage.establishments["CHE"], **both))
    refused = dpo.post("/hopen/dossiers", {"audience": "cnil", "scope": "groupe"})
    assert refused.status == 422, "she keeps two registers, not the group’s: such a pack would be nobody’s"
    asked = {"audience": "cnil", "scope": str(stage.establishments["CHE"])}
    assert dpo.get(dpo.post("/hopen/dossiers", asked).location).status == 200


def _checked_with_openssl(app: Flask, archive: zipfile.ZipFile, at: Path) -> None:
    """What LISEZ-MOI.txt tells to do, done."""
    archive.extractall(at)
    envelope = json.loads((at / "manifeste.json").read_text("utf-8"))
    with app.app_context():
        kid = envelope["document"]["kid"]
        (at / "cle.pem").write_text(next(one.public.pem for one in signing.public_keys() if one.public.kid == kid))
    recipe = [line.strip() for line in (at / "LISEZ-MOI.txt").read_text("utf-8").splitlines() if line.startswith("   ")]
    assert shutil.which("openssl")
    said = [
        subprocess.run(["bash", "-c", line], cwd=at, capture_output=True, text=True, check=True).stdout
        for line in recipe
    ]
    assert "Verified Successfully" in "".join(said)
    assert "tout est conforme" in said[-1]


@pytest.mark.parametrize("fault", ["changed", "added", "removed", "signature", "cut"])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_pack_that_was_touched_is_refused(app: Flask, database: Any, fault: str) -> None:
    target = io.BytesIO()
    head = packs.Head("CNIL", "CH de l’Anse", "Diane", now().replace(microsecond=0))
    pieces = [packs.Piece(f"P1/{n}.txt", f"Pièce {n}", "P1", io.BytesIO(b"x" * n)) for n in (1, 2)]
    with app.app_context(), transaction(Actor(None, "essai")):
        packs.seal(target, signing.sign(packs.manifest(head, packs.write(target, head, pieces))))
        trusted = signing.trusted_keys()
    assert packs.check(target, trusted).status == 0
    touched = io.BytesIO()
    with zipfile.ZipFile(target) as before, zipfile.ZipFile(touched, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if fault == "changed" and name == "P1/1.txt":
                content = b"y"
            if fault == "signature" and name == "manifeste.json":
                envelope = json.loads(content)
                envelope["signature"]["value"] = base64.b64encode(b"\0" * 64).decode()
                content = canonical(envelope)
            if not (fault == "removed" and name == "P1/2.txt"):
                after.writestr(name, content)
        if fault == "added":
            after.writestr("P1/3.txt", b"z")
    data = touched.getvalue()[: 200 if fault == "cut" else None]
    assert packs.check(io.BytesIO(data), trusted).status == 1


def test_two_documents_of_the_same_name_both_stay() -> None:
    target = io.BytesIO()
    head = packs.Head("CNIL", "CH de l’Anse", "Diane", dt.datetime(2026, 1, 2, tzinfo=dt.UTC), [("P1.1", "Atteint")])
    pieces = [packs.Piece("a.txt", "Un", "", io.BytesIO(text)) for text in (b"1", b"2")]
    done: list[int] = []
    result = packs.write(target, head, pieces, done.append)
    assert [one.path for one in result.files] == ["a.txt", "a-2.txt", "index.pdf", "LISEZ-MOI.txt"]
    assert (done, result.documents) == ([1, 2], 2)
    assert packs.file_name("Procès-verbal n° 3 / été.pdf") == "proces-verbal-n-3-ete.pdf"


def test_a_link_opens_a_pack_to_a_stranger_until_it_is_closed_or_ends(
    client: Clients, write: Write, db: Session, stage: Stage
) -> None:
    proved(write, stage)
    auditor, stranger = client("auditeur"), client(None)
    address = made(auditor, "group")
    too_far = {"recipient": "Ève Marchal, ARS", "expires_on": (today() + dt.timedelta(days=200)).isoformat()}
    assert auditor.post(f"{address}/liens", too_far).status == 422
    until = (today() + dt.timedelta(days=5)).isoformat()
    page = auditor.post(f"{address}/liens", {**too_far, "expires_on": until})
    url = "".join(page.one("code", id="lien").itertext())
    path = url[url.index("/hopen/dossier-remis/") :]
    assert "Ève Marchal" in stranger.get(path).words
    assert stranger.post(path).data[:2] == b"PK"
    assert stranger.get(path + "x").status == 404
    told = [one.subject_title for one in db.scalars(select(Entry).where(Entry.verb == Verb.EXPORTED))]
    assert any("Ève Marchal" in title for title in told)
    link = db.scalars(select(PackLink)).one()
    assert "dossier" not in link.digest
    assert client("dpo").get(address).status == 404, "the group’s pack is for who reads the whole group"
    assert auditor.post(f"{address}/liens/{link.id}/fermer").status == 303
    assert stranger.get(path).status == 404
    assert stranger.post(path).status == 404


def test_old_packs_are_erased_and_stay_told(
    app: Flask, client: Clients, write: Write, db: Session, stage: Stage
) -> None:
    proved(write, stage)
    address = made(client("dpo"), "cnil")
    with write() as session:
        session.scalars(select(Pack)).one().created_at = now() - dt.timedelta(days=200)
    with app.app_context():
        digest = db.scalars(select(Pack.sha256)).one()
        assert files.place(digest, folder()).is_file()
    with write():
        assert forget_packs() == 1
        assert forget_packs() == 0
    page = client("dpo").get(address)
    assert "Effacé" in page.words
    assert client("dpo").post(f"{address}/prendre").status == 404
