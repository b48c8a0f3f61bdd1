"""What may be typed in the inventory: one form per section of an application, and those of its vendor and its life."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length, Optional

from governance.forms import (
    DayField,
    Form,
    MonthField,
    NumberField,
    RowForm,
    TermsField,
    email,
    identity,
    paragraph,
    rows,
    text,
    word,
    yes_no,
)
from governance.inventory import queries
from models.inventory.words import (
    Criticality,
    Domain,
    Hosting,
    IdentitySource,
    Link,
    Procedure,
    RemoteAccess,
    Status,
)


class PartForm(RowForm):
    """A row of a collection: its identity when it exists already."""

    id = HiddenField(validators=[Optional(), Length(max=36)])


class SectionForm(Form):
    """One section of an application. `revision` is the one the person read: another one means that somebody saved."""

    revision = HiddenField(validators=[InputRequired()])


class IdentityForm(SectionForm):
    name = text(_("Nom"), required=True)
    reference = text(_("Référence"), limit=40, required=True)
    version = text(_("Version"))
    status = word(_("État"), Status, required=True)
    domain = word(_("Domaine"), Domain)
    criticality = word(_("Criticité"), Criticality)
    department_id = identity(_("Service responsable"), queries.department_choices)
    owner_name = text(_("Responsable de l’application"))
    in_production_on = DayField(_("En production depuis le"))
    description = paragraph(_("À quoi elle sert"))
    notes = paragraph(_("Notes internes"))


class ContractForm(SectionForm):
    vendor_id = identity(_("Éditeur"), queries.vendor_choices)
    contract_reference = text(_("Référence du contrat"))
    contract_ends_on = DayField(_("Fin du contrat"))
    hosting = word(_("Hébergement"), Hosting)
    host_name = text(_("Hébergeur"))


class UseForm(SectionForm):
    users_count = NumberField(_("Nombre d’utilisateurs"))
    users_kinds = TermsField(_("Catégories d’utilisateurs"), "application_users")
    holds_health_data = yes_no(_("Contient des données de santé à caractère personnel"))
    health_data_kinds = TermsField(_("Données de santé traitées"), "health_data_kinds")


class AccessForm(SectionForm):
    identity_source = word(_("Source d’identité"), IdentitySource)
    generic_accounts = NumberField(_("Comptes génériques"), description=_("Comptes partagés par plusieurs personnes."))
    remote_access = word(_("Accès distant"), RemoteAccess)
    rights_reviewed_on = DayField(_("Dernière revue des droits"))


class RepositoriesForm(SectionForm):
    identity_link = word(_("Référentiel d’identités (P1.1)"), Link)
    manages_ins = yes_no(_("Gère l’INS (P1.1)"))
    stays_link = word(_("Référentiel des séjours et mouvements (P1.3)"), Link)
    structure_link = word(_("Référentiel de structure (P1.4)"), Link)
    feeds_dmp = word(_("Alimente le DMP (P4.1)"), Link)


class RecoveryForm(SectionForm):
    restart_procedure = word(_("Procédure de redémarrage (P2.1)"), Procedure)
    recovery_procedure = word(_("Procédure de reprise (P2.1)"), Procedure)
    recovery_tested_on = DayField(_("Dernier essai de reprise (P2.1)"))
    recovery_test_result = paragraph(_("Résultat de l’essai"), rows=2)
    degraded_procedure = word(_("Procédure en mode dégradé (P2.3)"), Procedure)
    return_procedure = word(_("Procédure de retour à la normale (P2.3)"), Procedure)


class MonthRow(PartForm):
    month = MonthField(_("Mois"), required=True)
    measured = NumberField(_("Disponibilité, en %"), most=100, decimals=True, required=True)
    incidents = NumberField(_("Incidents"), most=10_000)
    note = text(_("Observations"), limit=2000)


class AvailabilityForm(SectionForm):
    availability_target = NumberField(
        _("Disponibilité visée, en % (P2.2)"), most=100, decimals=True, description=_("Par exemple 99,5.")
    )
    availability_method = paragraph(_("Mode de mesure (P2.2)"), rows=2)
    availability = rows(MonthRow, _("Mois"))


class NewForm(Form):
    """The first lines of an application; the rest is filled by section."""

    name = text(_("Nom"), required=True)
    version = text(_("Version"))
    domain = word(_("Domaine"), Domain)
    criticality = word(_("Criticité"), Criticality)
    vendor_id = identity(_("Éditeur"), queries.vendor_choices)
    department_id = identity(_("Service responsable"), queries.department_choices)
    holds_health_data = yes_no(_("Contient des données de santé à caractère personnel"))
    hosting = word(_("Hébergement"), Hosting)
    description = paragraph(_("À quoi elle sert"), rows=2)


class ReasonForm(Form):
    reason = paragraph(_("Motif"), required=True, rows=2)


class ContactRow(PartForm):
    name = text(_("Nom"), required=True)
    function = text(_("Fonction"))
    email = email(_("Adresse électronique"))
    phone = text(_("Téléphone"), limit=40)


class VendorForm(Form):
    """A vendor with the people to write to."""

    seen = HiddenField()
    name = text(_("Nom"), required=True)
    email = email(_("Adresse électronique"))
    phone = text(_("Téléphone"), limit=40)
    support = text(_("Guichet d’assistance"), description=_("Adresse ou numéro où ouvrir un ticket."))
    address = paragraph(_("Adresse"), rows=2)
    contacts = rows(ContactRow, _("Contact"))
    notes = paragraph(_("Observations"))


class BulkForm(Form):
    """What may be set on several applications at once."""

    criticality = word(_("Criticité"), Criticality)
    holds_health_data = yes_no(_("Contient des données de santé"))
    department_id = identity(_("Service responsable"), queries.department_choices)
