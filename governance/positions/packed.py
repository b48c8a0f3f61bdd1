"""What the positions give to a pack of evidence: frozen job descriptions, nominations, mission letters, pieces."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _
from sqlalchemy import select, tuple_
from sqlalchemy.orm import selectinload

from exports.positions import description as described
from exports.positions import letters, proof
from governance.database import session
from governance.packing import Given, gives, pieces
from governance.positions import alerts, queries
from models.base import today
from models.establishments import Establishment
from models.hopen.pack import Audience
from models.permissions import Permission
from models.positions.description import JobDescription
from models.positions.nomination import Nomination
from models.positions.words import SECURITY, JobKind
from models.versions import Version
from models.vocabulary import N_
from seed.positions import model

TITLE = N_("Fiches de poste et nominations")
LETTERS = {JobKind.DPO: "mission_letter_dpo", JobKind.RSSI: "mission_letter_rssi"}


@gives(TITLE, Permission.POSITIONS_READ)
def to_pack(home: Establishment) -> Iterator[Given]:
    """The post of DPO, which the GDPR wants in every hospital (art. 37(1))."""
    yield from _posts(home, "dpo", (JobKind.DPO,))


@gives(TITLE, Permission.POSITIONS_READ, Audience.HOPEN, Audience.CERTIFICATION, Audience.GROUP)
def of_security(home: Establishment) -> Iterator[Given]:
    """The posts of RSSI and of local officer (HOP’EN P2.4)."""
    yield from _posts(home, "rssi", SECURITY)


def _posts(home: Establishment, name: str, kinds: Sequence[JobKind]) -> Iterator[Given]:
    query = Nomination.whole().options(selectinload(Nomination.reviews))
    here = Nomination.establishment_id == home.id, Nomination.kind.in_(kinds)
    held = session.scalars(query.where(*here, Nomination.is_in_office(today())).order_by(Nomination.starts_on)).all()
    content = proof.proof(held, home, today()).pdf(today())
    yield Given.of(f"{name}-nominations.pdf", _("Nominations : %(post)s", post=kinds[0].label), content)
    yield from _descriptions(home, kinds, held)
    for one in held:
        yield from _letter(one)
    yield from pieces(Nomination, [one.id for one in held])


def _descriptions(home: Establishment, kinds: Sequence[JobKind], held: Sequence[Nomination]) -> Iterator[Given]:
    """The frozen texts: those by which somebody is in office, and the latest of each description of the house."""
    own = JobDescription.establishment_id == home.id, JobDescription.kind.in_(kinds)
    latest = session.execute(select(JobDescription.id, JobDescription.validated_version).where(*own)).all()
    named = [(one.description_id, one.description_version) for one in held]
    wanted = {(one, number) for one, number in (*map(tuple, latest), *named) if one and number}
    frozen = Version.subject_type == JobDescription.__tablename__
    chosen = tuple_(Version.subject_id, Version.number).in_(wanted)
    for version in session.scalars(select(Version).where(frozen, chosen).order_by(Version.published_at)):
        paper = described.paper(version.content, home, described.Standing(version))
        name = f"fiche-{paper.title}-v{version.number}.pdf"
        yield Given.of(
            name, _("%(title)s, version %(number)s", title=paper.title, number=version.number), paper.pdf(today())
        )


def _letter(one: Nomination) -> Iterator[Given]:
    """The mission letter that the nomination makes; the signed one is among its pieces."""
    code = LETTERS.get(one.kind)
    if code and code in dict(alerts.documents(one)):
        places = [other.establishment for other in (one, *queries.siblings(one))]
        paper = letters.paper(model()["documents"][code], one, places, today())
        title = _("Texte de la lettre de mission de %(name)s", name=one.person.name)
        yield Given.of(f"lettre-de-mission-{one.kind.value}.pdf", title, paper.pdf(today()))
