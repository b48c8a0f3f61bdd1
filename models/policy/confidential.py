"""What tells where the hospital is weak: read with the right of this room only, kept from the journal’s readers."""

from models.evidence import HasEvidence
from models.permissions import Permission


class Confidential(HasEvidence):
    """A record of weaknesses. The journal, which others read, tells that it changed and not how; so do its actions."""

    evidence_read = Permission.POLICY_READ
    evidence_change = (Permission.POLICY_EDIT,)

    @property
    def is_withheld(self) -> bool:
        return True
