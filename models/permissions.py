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
    CHARTERS_EDIT = "charters:edit", N_("Rédiger les chartes, tracer consultations et vérifications")
    CHARTERS_PUBLISH = "charters:publish", N_("Publier et clore les chartes")
    CHARTERS_COLLECT = "charters:collect", N_("Recueillir les prises de connaissance des chartes")
    PLAN_OWN = "plan:own", N_("Suivre les actions dont on est responsable")
    PLAN_READ = "plan:read", N_("Voir le plan d’action")
    PLAN_EDIT = "plan:edit", N_("Tenir le plan d’action")
    PLAN_EXPORT = "plan:export", N_("Exporter le plan d’action")
    JOURNAL_READ = "journal:read", N_("Lire le journal")
    OUTBOX_READ = "outbox:read", N_("Voir les courriels, partis ou non")
    OUTBOX_SEND = "outbox:send", N_("Renvoyer un courriel en échec")


class Role(Vocabulary):
    ADMINISTRATOR = "administrator", N_("Administrateur"), N_("Gère les comptes, les rôles et les établissements.")
    DPO = "dpo", N_("DPO"), N_("Tient le registre et les chartes, valide, publie, importe et exporte.")
    RSSI = "rssi", N_("RSSI"), N_("Lit le registre et ses mesures de sécurité, tient les chartes.")
    IT = "it", N_("DSI"), N_("Lit le registre pour les applications dont elle a la charge.")
    HR = "hr", N_("Ressources humaines"), N_("Tient l’annuaire des personnes, rédige et diffuse les chartes.")
    CONTACT = "contact", N_("Référent de service"), N_("Complète et confirme les fiches de son service.")
    STAFF = "staff", N_("Agent"), N_("Accède à son espace personnel.")
    AUDITOR = "auditor", N_("Auditeur"), N_("Lit tout ce qui relève de son périmètre, sans rien modifier.")


P = Permission
_EVERYONE = frozenset({P.ACCOUNT_OWN, P.PLAN_OWN})
_PLAN_READ = frozenset({P.PLAN_READ, P.PLAN_EXPORT})
_PLAN_KEPT = _PLAN_READ | {P.PLAN_EDIT}
_PEOPLE_READ = frozenset({P.PEOPLE_READ, P.PEOPLE_EXPORT})
_PEOPLE_KEPT = _PEOPLE_READ | {P.PEOPLE_EDIT, P.PEOPLE_IMPORT}
_CHARTERS_KEPT = frozenset({P.CHARTERS_READ, P.CHARTERS_EDIT, P.CHARTERS_PUBLISH})

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
    Role.DPO: _EVERYONE
    | {P.REGISTER_READ, P.REGISTER_FILL, P.REGISTER_EDIT, P.REGISTER_VALIDATE, P.REGISTER_EXPORT, P.REGISTER_IMPORT}
    | {P.ESTABLISHMENTS_READ, P.JOURNAL_READ}
    | _PEOPLE_READ
    | _CHARTERS_KEPT
    | _PLAN_KEPT,
    Role.RSSI: _EVERYONE
    | {P.REGISTER_READ, P.REGISTER_EXPORT, P.ESTABLISHMENTS_READ, P.JOURNAL_READ}
    | _PEOPLE_READ
    | _CHARTERS_KEPT
    | _PLAN_KEPT,
    Role.IT: _EVERYONE | {P.REGISTER_READ, P.ESTABLISHMENTS_READ} | _PLAN_KEPT,
    Role.HR: _EVERYONE
    | {P.ESTABLISHMENTS_READ}
    | _PEOPLE_KEPT
    | {P.CHARTERS_READ, P.CHARTERS_EDIT, P.CHARTERS_COLLECT}
    | _PLAN_KEPT,
    Role.CONTACT: _EVERYONE | {P.REGISTER_READ, P.REGISTER_FILL, P.PEOPLE_READ, P.CHARTERS_READ},
    Role.STAFF: _EVERYONE,
    Role.AUDITOR: _EVERYONE
    | {P.REGISTER_READ, P.REGISTER_EXPORT, P.ACCOUNTS_READ, P.ESTABLISHMENTS_READ, P.JOURNAL_READ}
    | _PEOPLE_READ
    | {P.CHARTERS_READ}
    | _PLAN_READ,
}


def allows(role: Role, permission: Permission) -> bool:
    """Whether holding `role` gives `permission` (the scope of the grant is checked beside)."""
    return permission in GRANTS[role]
