"""What may be typed in the register: one form per section of a record, and the small forms of its life."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from governance.forms import (
    DayField,
    Form,
    RowForm,
    TermsField,
    email,
    file_format,
    identity,
    paragraph,
    rows,
    term,
    text,
    word,
    yes_no,
)
from governance.register import queries
from governance.terms import terms
from models.register.words import (
    ActorRole,
    ContractState,
    DpiaNeed,
    DpiaProgress,
    Kind,
    RecipientKind,
    Source,
    Stage,
    Unit,
)


class CountriesField(StringField):
    """Countries by their names, in one line."""

    data: Any

    def _value(self) -> str:
        if isinstance(self.data, str):
            return self.data
        return "; ".join(terms().label("countries", code) for code in self.data or ())

    def pre_validate(self, form: object) -> None:
        typed = self.data if isinstance(self.data, str) else ""
        names = [name.strip() for name in typed.split(";") if name.strip()]
        found = {name: terms().find("countries", name) for name in names}
        unknown = [name for name, code in found.items() if code is None]
        if unknown:
            # Not the lazy `_` of this file: lazy sentences count as safe HTML, and this one repeats what was typed.
            raise ValidationError(gettext("Pays inconnu : %(names)s.", names=", ".join(unknown)))
        self.data = list(found.values()) or None


class PartForm(RowForm):
    """A row of a collection: its identity when it exists already."""

    id = HiddenField(validators=[Optional(), Length(max=36)])


class SectionForm(Form):
    """One section of a record. `revision` is the one the person read: another one means that somebody else saved."""

    revision = HiddenField(validators=[InputRequired()])


class IdentityForm(SectionForm):
    name = text(_("Nom du traitement"), required=True)
    reference = text(_("Référence"), limit=40, required=True)
    kind = word(_("Qualité de l’établissement"), Kind, required=True)
    domain = term(_("Domaine"), "processing_domains")
    description = paragraph(_("Description"))
    sensitive = yes_no(_("Traite des données sensibles"))
    department_id = identity(_("Service responsable"), queries.department_choices)
    owner_service = text(_("Service, s’il n’est pas dans la liste"))
    contact_name = text(_("Contact opérationnel"))
    contact_email = email(_("Adresse du contact"))
    applications = paragraph(_("Logiciels et supports"))
    opened_on = DayField(_("Date de création de la fiche"))
    review_on = DayField(_("Prochaine revue"))
    notes = paragraph(_("Notes internes"), description=_("Jamais dans la version publique."))


class ActorRow(PartForm):
    role = word(_("Rôle"), ActorRole, required=True)
    name = text(_("Nom"), required=True)
    address = text(_("Adresse"))
    postcode = text(_("Code postal"), limit=40)
    city = text(_("Ville"))
    country = text(_("Pays"))
    phone = text(_("Téléphone"), limit=40)
    email = text(_("Adresse électronique"))


class ActorsForm(SectionForm):
    actors = rows(ActorRow, _("Acteur"))


class PurposeRow(PartForm):
    label = paragraph(_("Finalité"), required=True, rows=2)
    lawful_basis = term(_("Base légale"), "lawful_bases")
    lawful_basis_reference = paragraph(_("Texte ou justification"), rows=2)
    legitimate_interest = paragraph(_("Mise en balance, si intérêt légitime"), rows=2)
    art9_condition = term(_("Condition de l’article 9, si données sensibles"), "art9_conditions")
    art9_reference = text(_("Texte pour l’article 9 ou 10"), limit=2000)


class PurposesForm(SectionForm):
    purposes = rows(PurposeRow, _("Finalité"))


class PersonGroupRow(PartForm):
    category = term(_("Catégorie de personnes"), "data_subjects", required=True)
    details = text(_("Précisions"), limit=2000)


class DataItemRow(PartForm):
    category = term(_("Catégorie de données"), "data_categories", required=True)
    description = paragraph(_("Données précises"), rows=2)
    person_category = term(_("Personnes concernées, si une seule catégorie"), "data_subjects")
    source = word(_("Collecte"), Source)
    source_details = text(_("Origine"))
    mandatory = yes_no(_("Fourniture obligatoire"))
    consequence = text(_("Conséquence d’un défaut de fourniture"), limit=2000)
    free_text = yes_no(_("Zone de texte libre"))


class DataForm(SectionForm):
    person_groups = rows(PersonGroupRow, _("Personnes"))
    data_items = rows(DataItemRow, _("Données"))


class RetentionRow(PartForm):
    item = text(_("Élément conservé"), limit=2000, required=True)
    data_category = term(_("Catégorie de données"), "data_categories")
    stage = word(_("Étape"), Stage, required=True)
    duration = StringField(_("Durée"), [Optional(), Length(max=6)], render_kw={"inputmode": "numeric"})
    unit = word(_("Unité"), Unit)
    trigger = term(_("À compter de"), "retention_triggers")
    wording = text(_("Durée en toutes lettres"), limit=2000)
    reference = text(_("Texte de référence"), limit=2000)

    def validate_duration(self, field: StringField) -> None:
        """A duration is a whole number of days, months or years."""
        typed = str(field.data)
        if not typed.isascii() or not typed.isdecimal() or not 0 < int(typed) <= 100_000:
            raise ValidationError(_("Donnez un nombre entier, par exemple 20."))
        if self.unit.data is None and not self.unit.errors:
            raise ValidationError(_("Choisissez aussi l’unité : jours, mois ou ans."))
        field.data = int(typed)  # type: ignore[assignment]


class RetentionsForm(SectionForm):
    retentions = rows(RetentionRow, _("Durée"))


class RecipientRow(PartForm):
    kind = word(_("Nature"), RecipientKind, required=True)
    category = term(_("Catégorie"), "recipient_categories")
    name = text(_("Nom ou précisions"))
    reason = text(_("Raison de la communication"), limit=2000)
    processor_id = identity(_("Sous-traitant de l’annuaire"), queries.processor_choices)


class TransferRow(PartForm):
    recipient = text(_("Organisme destinataire"), required=True)
    country = term(_("Pays"), "countries")
    mechanism = term(_("Garantie"), "transfer_mechanisms")
    document = text(_("Document ou lien"), limit=2000)
    details = text(_("Précisions"), limit=2000)


class RecipientsForm(SectionForm):
    recipients = rows(RecipientRow, _("Destinataire"))
    transfers_exist = yes_no(_("Des données sont transférées hors de l’Union européenne"))
    transfers = rows(TransferRow, _("Transfert"))


class SecurityRow(PartForm):
    category = term(_("Type de mesure"), "security_measure_categories", required=True)
    description = paragraph(_("Description"), rows=2)


class SecurityForm(SectionForm):
    security_measures = rows(SecurityRow, _("Mesure"))
    security_notes = paragraph(_("Précisions"))


class AccessRow(PartForm):
    profile = text(_("Profil"), required=True)
    scope = text(_("Périmètre"))
    may_consult = BooleanField(_("Consulter"))
    may_create = BooleanField(_("Créer"))
    may_modify = BooleanField(_("Modifier"))
    may_delete = BooleanField(_("Supprimer"))
    may_export = BooleanField(_("Exporter"))
    may_break_glass = BooleanField(_("Bris de glace"))
    review_on = DayField(_("Revue des droits le"))


class AccessForm(SectionForm):
    access_rights = rows(AccessRow, _("Profil"))


class RightsForm(SectionForm):
    information = paragraph(_("Information des personnes"), description=_("Où et comment elles sont informées."))
    rights = paragraph(_("Exercice des droits"), description=_("À qui et comment s’adresser."))
    automated_decision = yes_no(_("Décision entièrement automatisée"))
    automated_logic = paragraph(_("Logique de la décision automatisée"))


class DpiaForm(SectionForm):
    dpia_criteria = TermsField(_("Critères réunis"), "dpia_criteria")
    dpia_listed = yes_no(_("Figure sur la liste CNIL des AIPD obligatoires"))
    dpia_override = word(_("Votre avis, s’il diffère des critères"), DpiaNeed)
    dpia_reason = paragraph(_("Justification écrite"))
    dpia_progress = word(_("Avancement de l’AIPD"), DpiaProgress, required=True)


class NewForm(Form):
    """The pre-qualification of HOP'EN P3.6: name, purpose, owner, sensitive or not, DPIA hint."""

    name = text(_("Nom du traitement"), required=True)
    purpose = paragraph(_("Finalité principale"), required=True, rows=2)
    kind = word(_("Qualité de l’établissement"), Kind, required=True)
    department_id = identity(_("Service responsable"), queries.department_choices)
    owner_service = text(_("Service, s’il n’est pas dans la liste"))
    sensitive = yes_no(_("Traite des données sensibles"))
    dpia_criteria = TermsField(_("Critères d’AIPD réunis"), "dpia_criteria")


FORMATS = (
    ("xlsx", _("Classeur Excel (.xlsx), réimportable sans perte")),
    ("pdf", _("Document PDF à remettre")),
    ("docx", _("Document Word (.docx) modifiable")),
    ("ods", _("Modèle de la CNIL (.ods)")),
    ("csv", _("Tableau (.csv)")),
    ("json", _("Données (.json)")),
)


class HandOverForm(Form):
    """In which format the register leaves, and whether as its public version."""

    format = file_format(FORMATS)
    public = BooleanField(
        _("Version publique"), description=_("Sans les mesures de sécurité, les droits d’accès ni les coordonnées.")
    )


class ReasonForm(Form):
    reason = paragraph(_("Motif"), required=True, rows=2)


class ValidationForm(Form):
    review_on = DayField(_("Prochaine revue"), required=True)
    note = text(_("Note de version"), limit=2000)


class SubProcessorRow(PartForm):
    name = text(_("Nom"), required=True)
    service = text(_("Prestation"))
    country = term(_("Pays"), "countries")
    authorised_on = DayField(_("Autorisé le"))


class ProcessorForm(Form):
    """A body of the directory of processors, with its contract and its hosting certificate."""

    seen = HiddenField()
    name = text(_("Nom"), required=True)
    service = paragraph(_("Prestation"), rows=2)
    contact_name = text(_("Contact"))
    email = email(_("Adresse électronique"))
    phone = text(_("Téléphone"), limit=40)
    address = paragraph(_("Adresse"), rows=2)
    dpo_contact = text(_("Contact de son DPO"))
    countries = CountriesField(_("Pays de traitement"), description=_("Noms de pays séparés par des points-virgules."))
    contract_state = word(_("Contrat"), ContractState, required=True)
    contract_reference = text(_("Référence du contrat"))
    contract_signed_on = DayField(_("Signé le"))
    contract_ends_on = DayField(_("Fin le"))
    clauses = TermsField(_("Clauses de l’article 28 présentes"), "art28_clauses")
    hosts_health_data = BooleanField(_("Héberge des données de santé"))
    hds_certificate = text(_("Certificat HDS"))
    hds_activities = TermsField(_("Activités certifiées"), "hds_activities")
    hds_expires_on = DayField(_("Expiration du certificat"))
    third_country_access = yes_no(_("Accès possible depuis un pays tiers"))
    sub_processors = rows(SubProcessorRow, _("Sous-traitant ultérieur"))
    notes = paragraph(_("Observations"))

    def validate_contract_ends_on(self, field: DayField) -> None:
        """A contract ends after its signature."""
        if field.data and self.contract_signed_on.data and field.data < self.contract_signed_on.data:
            raise ValidationError(_("Le contrat ne peut pas finir avant sa signature."))
