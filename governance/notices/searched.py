"""What the information of patients lets be searched; their requests, only to who reads these."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from governance.notices import queries, tools
from governance.searching import Kind, seen
from models.notices.campaign import DiffusionCampaign
from models.notices.check import InformationCheck
from models.notices.diffusion import DiffusionProcedure
from models.notices.notice import PatientNotice
from models.notices.tool import InformationTool
from models.permissions import Permission
from models.rights import DataSubjectRequest
from models.vocabulary import N_

READ, RIGHTS = Permission.NOTICES_READ, Permission.RIGHTS_READ
_tool = aliased(InformationTool)

KINDS = (
    Kind(
        "notices", N_("Notices d’information"), READ, PatientNotice, lambda who: queries.listed(who, {}),
        name=PatientNotice.title, texts=(PatientNotice.notes, PatientNotice.slug),
    ),
    Kind(
        "supports", N_("Supports d’information"), READ, InformationTool,
        lambda who: tools.listed(who, {"etat": "tous"}),
        name=InformationTool.title,
        texts=(InformationTool.edition, InformationTool.places, InformationTool.service, InformationTool.notes),
    ),
    Kind(
        "diffusion", N_("Procédures de diffusion"), READ, DiffusionProcedure, seen(DiffusionProcedure, READ),
        name=select(_tool.title).where(_tool.id == DiffusionProcedure.tool_id).scalar_subquery(),
        texts=(DiffusionProcedure.responsible, DiffusionProcedure.instructions, DiffusionProcedure.proof),
    ),
    Kind(
        "campagnes-patients", N_("Campagnes d’information"), READ, DiffusionCampaign, seen(DiffusionCampaign, READ),
        name=DiffusionCampaign.title, texts=(DiffusionCampaign.places, DiffusionCampaign.outcome),
    ),
    Kind(
        "verifications", N_("Vérifications auprès des patients"), READ, InformationCheck, seen(InformationCheck, READ),
        name=InformationCheck.method,
        texts=(InformationCheck.checked_by, InformationCheck.observations, InformationCheck.follow_up),
    ),
    Kind(
        "demandes", N_("Demandes d’exercice de droits"), RIGHTS, DataSubjectRequest, seen(DataSubjectRequest, RIGHTS),
        name=DataSubjectRequest.requester, reference=DataSubjectRequest.reference,
        texts=(DataSubjectRequest.concerned,),
    ),
)  # fmt: skip
