"""The columns of the directory's list: which may be added or taken away, and the text of their cells."""

from exports.texts import day
from governance.lists import Column
from models.vocabulary import N_

COLUMNS: dict[str, Column] = {
    "fonction": Column(N_("Fonction"), (), lambda one: one.function_title or ""),
    "service": Column(N_("Service"), (), lambda one: one.department.name if one.department else ""),
    "societe": Column(N_("Société"), (), lambda one: one.company or ""),
    "etablissement": Column(N_("Établissement"), (), lambda one: one.establishment.code),
    "matricule": Column(N_("Matricule"), (), lambda one: one.employee_number or ""),
    "courriel": Column(N_("Adresse électronique"), (), lambda one: one.email or ""),
    "telephone": Column(N_("Téléphone"), (), lambda one: one.phone or ""),
    "responsable": Column(N_("Responsable"), (), lambda one: one.manager.name if one.manager else ""),
    "compte": Column(N_("Compte"), (), lambda one: one.user.login if one.user else ""),
    "arrivee": Column(N_("Arrivée"), (), lambda one: day(one.arrived_on) if one.arrived_on else ""),
    "fin": Column(N_("Fin de contrat"), (), lambda one: day(one.contract_ends_on) if one.contract_ends_on else ""),
    "depart": Column(N_("Dernier jour"), (), lambda one: day(one.left_on) if one.left_on else ""),
}
"""By key, in their order; name, category and standing are always there."""

USUAL = ("fonction", "service", "arrivee", "fin")
