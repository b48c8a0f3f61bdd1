"""The whole policy as one table: which role may do what."""

from models.vocabulary import N_, Vocabulary


class Permission(Vocabulary):
    ACCOUNT_OWN = "account:own", N_("Gérer son propre compte")
    ACCOUNTS_READ = "accounts:read", N_("Voir les comptes")
    ACCOUNTS_MANAGE = "accounts:manage", N_("Inviter, désactiver, attribuer des rôles")
    ESTABLISHMENTS_READ = "establishments:read", N_("Voir les établissements et leurs services")
    ESTABLISHMENTS_MANAGE = "establishments:manage", N_("Modifier les établissements et leurs services")
    REGISTER_READ = "register:read", N_("Lire le registre")
    REGISTER_FILL = "register:fill", N_("Compléter et confirmer les fiches de son service")
    REGISTER_EDIT = "register:edit", N_("Tenir le registre")
    REGISTER_VALIDATE = "register:validate", N_("Valider et archiver les fiches du registre")
    REGISTER_EXPORT = "register:export", N_("Exporter le registre")
    REGISTER_IMPORT = "register:import", N_("Importer dans le registre")
    PEOPLE_READ = "people:read", N_("Consulter l’annuaire des personnes")
    PEOPLE_EDIT = "people:edit", N_("Tenir l’annuaire des personnes")
    PEOPLE_EXPORT = "people:export", N_("Exporter l’annuaire des personnes")
    PEOPLE_IMPORT = "people:import", N_("Importer dans l’annuaire des personnes")
    CHARTERS_READ = "charters:read", N_("Lire les chartes, leur préparation et leur suivi")
    CHARTERS_FOLLOW = "charters:follow", N_("Voir, nom par nom, qui a pris connaissance des chartes")
    CHARTERS_EDIT = "charters:edit", N_("Rédiger les chartes, tracer consultations et vérifications")
    CHARTERS_PUBLISH = "charters:publish", N_("Publier et clore les chartes")
    CHARTERS_COLLECT = "charters:collect", N_("Recueillir les prises de connaissance des chartes")
    PLAN_OWN = "plan:own", N_("Suivre les actions dont on est responsable")
    PLAN_READ = "plan:read", N_("Voir le plan d’action")
    PLAN_EDIT = "plan:edit", N_("Tenir le plan d’action")
    PLAN_EXPORT = "plan:export", N_("Exporter le plan d’action")
    INVENTORY_READ = "inventory:read", N_("Lire l’inventaire des applications")
    INVENTORY_EDIT = "inventory:edit", N_("Tenir l’inventaire des applications")
    INVENTORY_ASSESS = "inventory:assess", N_("Auditer l’authentification des applications")
    INVENTORY_DECIDE = "inventory:decide", N_("Arbitrer le sort des applications")
    INVENTORY_IMPORT = "inventory:import", N_("Importer dans l’inventaire")
    INVENTORY_EXPORT = "inventory:export", N_("Exporter l’inventaire")
    HOPEN_READ = "hopen:read", N_("Voir où en est l’établissement sur HOP’EN")
    HOPEN_EDIT = "hopen:edit", N_("Tenir le suivi HOP’EN : états, dates, preuves, avis")
    HOPEN_EXPORT = "hopen:export", N_("Exporter le suivi HOP’EN et son dossier de preuves")
    MEASURES_READ = "measures:read", N_("Voir les mesures de sécurité")
    MEASURES_EDIT = "measures:edit", N_("Tenir les mesures de sécurité")
    RISKS_READ = "risks:read", N_("Lire les analyses de risques")
    RISKS_EDIT = "risks:edit", N_("Mener les analyses de risques")
    RISKS_VALIDATE = "risks:validate", N_("Enregistrer la validation d’une analyse de risques")
    RISKS_EXPORT = "risks:export", N_("Exporter les analyses de risques")
    RISKS_IMPORT = "risks:import", N_("Importer des scénarios de risque")
    POSITIONS_OWN = "positions:own", N_("Suivre un recrutement auquel on est associé")
    POSITIONS_READ = "positions:read", N_("Lire les fiches de poste et les nominations")
    POSITIONS_EDIT = "positions:edit", N_("Tenir les fiches de poste et les nominations")
    POSITIONS_VALIDATE = "positions:validate", N_("Valider et archiver les fiches de poste")
    POSITIONS_HIRE = "positions:hire", N_("Tenir les candidatures à un poste")
    NOTICES_READ = "notices:read", N_("Lire l’information des patients et son suivi")
    NOTICES_EDIT = "notices:edit", N_("Préparer les notices, les supports et les procédures de diffusion")
    NOTICES_CHECK = "notices:check", N_("Enregistrer diffusions et vérifications auprès des patients")
    NOTICES_VALIDATE = "notices:validate", N_("Publier et retirer les notices, valider les procédures")
    RIGHTS_READ = "rights:read", N_("Lire les demandes d’exercice de droits")
    RIGHTS_EDIT = "rights:edit", N_("Enregistrer les demandes d’exercice de droits et leur réponse")
    POLICY_READ = "policy:read", N_("Lire la PSSI en préparation et son application")
    POLICY_EDIT = "policy:edit", N_("Rédiger la PSSI, évaluer ses règles, tenir dérogations, audits et réunions")
    POLICY_VALIDATE = "policy:validate", N_("Publier la PSSI approuvée, enregistrer les décisions de dérogation")
    POLICY_EXPORT = "policy:export", N_("Exporter l’application de la PSSI")
    TRAINING_READ = "training:read", N_("Voir les séances de sensibilisation et leurs taux")
    TRAINING_EDIT = "training:edit", N_("Tenir les séances de sensibilisation, importer les listes d’émargement")
    TRAINING_EXPORT = "training:export", N_("Exporter les présences et les taux de sensibilisation")
    JOURNAL_READ = "journal:read", N_("Lire le journal")
    OUTBOX_READ = "outbox:read", N_("Voir les courriels, partis ou non")
    OUTBOX_SEND = "outbox:send", N_("Renvoyer un courriel en échec")


class Role(Vocabulary):
    ADMINISTRATOR = "administrator", N_("Administrateur"), N_("Gère les comptes, les rôles et les établissements.")
    MANAGEMENT = (
        "management",
        N_("Direction"),
        N_("Pilote : lit les registres et les analyses, confie des actions, tient le suivi HOP’EN et ses preuves."),
    )
    DPO = "dpo", N_("DPO"), N_("Tient le registre et les chartes, valide, publie, importe et exporte.")
    RSSI = (
        "rssi",
        N_("RSSI"),
        N_("Tient la PSSI, les chartes et l’inventaire, analyse les risques, audite ; lit le registre."),
    )
    IT = "it", N_("DSI"), N_("Tient l’inventaire des applications, les audite et arbitre ; lit le registre.")
    HR = "hr", N_("Ressources humaines"), N_("Tient l’annuaire des personnes, rédige et diffuse les chartes.")
    CONTACT = "contact", N_("Référent de service"), N_("Complète et confirme les fiches de son service.")
    STAFF = "staff", N_("Agent"), N_("Accède à son espace personnel.")
    AUDITOR = "auditor", N_("Auditeur"), N_("Lit tout ce qui relève de son périmètre, sans rien modifier.")


PRIVILEGED = frozenset({Role.ADMINISTRATOR, Role.DPO, Role.RSSI})
"""Whose password is renewed after some years (CNIL 2022-100 keeps that for privileged accounts)."""

P = Permission
_EVERYONE = frozenset({P.ACCOUNT_OWN, P.PLAN_OWN, P.POSITIONS_OWN})
_PLAN_READ = frozenset({P.PLAN_READ, P.PLAN_EXPORT})
_PLAN_KEPT = _PLAN_READ | {P.PLAN_EDIT}
_PEOPLE_READ = frozenset({P.PEOPLE_READ, P.PEOPLE_EXPORT})
_PEOPLE_KEPT = _PEOPLE_READ | {P.PEOPLE_EDIT, P.PEOPLE_IMPORT}
# Who did not confirm a charter is asked again by those who run the campaign, and by the contact of her department. The
# management steers by the figures of each department, and has no need of the names (RGPD, art. 5(1)(c)).
_CHARTERS_FOLLOWED = frozenset({P.CHARTERS_READ, P.CHARTERS_FOLLOW})
_CHARTERS_KEPT = _CHARTERS_FOLLOWED | {P.CHARTERS_EDIT, P.CHARTERS_PUBLISH}

_NOTICES_KEPT = frozenset({P.NOTICES_READ, P.NOTICES_EDIT, P.NOTICES_CHECK, P.NOTICES_VALIDATE})
_RIGHTS_KEPT = frozenset({P.RIGHTS_READ, P.RIGHTS_EDIT})

_INVENTORY_READ = frozenset({P.INVENTORY_READ, P.INVENTORY_EXPORT})
_POSITIONS_KEPT = frozenset({P.POSITIONS_READ, P.POSITIONS_EDIT})
_INVENTORY_KEPT = _INVENTORY_READ | {P.INVENTORY_EDIT, P.INVENTORY_ASSESS, P.INVENTORY_IMPORT}

_HOPEN_READ = frozenset({P.HOPEN_READ, P.HOPEN_EXPORT})
_HOPEN_KEPT = _HOPEN_READ | {P.HOPEN_EDIT}
# An analysis of risks is the map of the hospital’s weaknesses: it is read by those who answer for security and for the
# protection of data, and by those who audit them. The IT department, whose choices it judges, receives the measures and
# the actions that are its own.
_MEASURES_KEPT = frozenset({P.MEASURES_READ, P.MEASURES_EDIT})
_RISKS_READ = frozenset({P.RISKS_READ, P.RISKS_EXPORT, P.MEASURES_READ})
_RISKS_KEPT = _RISKS_READ | _MEASURES_KEPT | {P.RISKS_EDIT, P.RISKS_VALIDATE, P.RISKS_IMPORT}
# The application of the PSSI is a list of weaknesses: it is read by those who mend them (RSSI, IT), who answer for them
# (management), who watch (DPO) or audit. Who gives the roles (the administrator) does not need it.
# Who came to an awareness session is no weakness: HR, who keeps the directory of people, keeps the attendance too.
_TRAINING_READ = frozenset({P.TRAINING_READ, P.TRAINING_EXPORT})
_TRAINING_KEPT = _TRAINING_READ | {P.TRAINING_EDIT}
_POLICY_READ = frozenset({P.POLICY_READ, P.POLICY_EXPORT}) | _TRAINING_READ
_POLICY_KEPT = _POLICY_READ | _TRAINING_KEPT | {P.POLICY_EDIT, P.POLICY_VALIDATE}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: _EVERYONE
    | {
        P.ACCOUNTS_READ,
        P.ACCOUNTS_MANAGE,
        P.ESTABLISHMENTS_READ,
        P.ESTABLISHMENTS_MANAGE,
        P.JOURNAL_READ,
        P.OUTBOX_READ,
        P.OUTBOX_SEND,
    }
    | _PEOPLE_KEPT,
    Role.MANAGEMENT: _EVERYONE
    | {P.REGISTER_READ, P.REGISTER_EXPORT, P.ESTABLISHMENTS_READ, P.CHARTERS_READ, P.POSITIONS_READ, P.NOTICES_READ}
    | _PLAN_KEPT
    | _INVENTORY_READ
    | _HOPEN_KEPT
    | _RISKS_READ
    | _POLICY_READ,
    Role.DPO: _EVERYONE
    | {P.REGISTER_READ, P.REGISTER_FILL, P.REGISTER_EDIT, P.REGISTER_VALIDATE, P.REGISTER_EXPORT, P.REGISTER_IMPORT}
    | {P.ESTABLISHMENTS_READ, P.JOURNAL_READ}
    | _PEOPLE_READ
    | _CHARTERS_KEPT
    | _PLAN_KEPT
    | _POSITIONS_KEPT
    | {P.POSITIONS_VALIDATE}
    | _INVENTORY_READ
    | _HOPEN_KEPT
    | _RISKS_READ
    | _NOTICES_KEPT
    | _RIGHTS_KEPT
    | _POLICY_READ,
    Role.RSSI: _EVERYONE
    | {P.REGISTER_READ, P.REGISTER_EXPORT, P.ESTABLISHMENTS_READ, P.JOURNAL_READ}
    | _PEOPLE_READ
    | _CHARTERS_KEPT
    | _PLAN_KEPT
    | _POSITIONS_KEPT
    | _INVENTORY_KEPT
    | _HOPEN_KEPT
    | _RISKS_KEPT
    | {P.NOTICES_READ}
    | _POLICY_KEPT,
    # HOP’EN P3.4-O2 gives the arbitration to the IT department; the RSSI, independent of it, assesses only.
    Role.IT: _EVERYONE
    | {P.REGISTER_READ, P.ESTABLISHMENTS_READ, P.POSITIONS_READ}
    | _PLAN_KEPT
    | _INVENTORY_KEPT
    | {P.INVENTORY_DECIDE, P.POLICY_READ, P.TRAINING_READ}
    | _HOPEN_KEPT
    | _MEASURES_KEPT,
    Role.HR: _EVERYONE
    | {P.ESTABLISHMENTS_READ}
    | _PEOPLE_KEPT
    | _CHARTERS_FOLLOWED
    | {P.CHARTERS_EDIT, P.CHARTERS_COLLECT}
    | _POSITIONS_KEPT
    | {P.POSITIONS_VALIDATE, P.POSITIONS_HIRE}
    | _PLAN_KEPT
    | _TRAINING_KEPT
    | {P.HOPEN_READ},
    Role.CONTACT: _EVERYONE | {P.REGISTER_READ, P.REGISTER_FILL, P.PEOPLE_READ} | _CHARTERS_FOLLOWED,
    Role.STAFF: _EVERYONE,
    Role.AUDITOR: _EVERYONE
    | {P.REGISTER_READ, P.REGISTER_EXPORT, P.ACCOUNTS_READ, P.ESTABLISHMENTS_READ, P.JOURNAL_READ}
    | _PEOPLE_READ
    | _CHARTERS_FOLLOWED
    | {P.POSITIONS_READ, P.NOTICES_READ}
    | _PLAN_READ
    | _INVENTORY_READ
    | _HOPEN_READ
    | _RISKS_READ
    | _POLICY_READ,
}


def allows(role: Role, permission: Permission) -> bool:
    """Whether holding `role` gives `permission` (the scope of the grant is checked beside)."""
    return permission in GRANTS[role]
