"""The subjects of an import: what the room can bring in, each in a file of its own.

Ajouter un sujet d’import (un fichier court ; `people.py` est le plus complet) :

1. Une classe qui étend `TableSubject` (`table.py`), avec `word`, `title`, `hint`, `one` et `many` (féminin : « fiche »,
   « fiches »), `heads`, `table`, `permission` (`Permission.X_IMPORT`) et `model`. Le modèle est `Journaled` et
   porte `establishment_id` : le journal s’écrit seul, dans la même transaction.
2. `targets` : une `Target(champ, titre, lecture, autres titres)` par colonne possible. Le champ porte le nom que le
   journal lui donne (`department`, pas `department_id`) ; les autres titres et les mots des listes se rangent dans
   `<mot>.yaml`, lu par `words_for` ; les lectures sont dans `cells.py` (line, prose, day, email,
   boolean, integer, decimal, one_of, listed). Une lecture refuse la ligne (`Misread`) ou prévient (`Doubted`).
3. `keys` : ce qui reconnaît un enregistrement, du plus sûr au moins sûr. `must` : ce sans quoi une nouvelle ligne est
   refusée. `enough` : les colonnes sans lesquelles le fichier ne dit rien. `unkept` : ce que Vigie ne garde pas.
4. Au besoin : `check` (les règles du modèle), `touch` (qui, quand), `prepare` (numéroter, créer ce qui est coché),
   `links` (les enregistrements liés, par leur titre), `scopes` (ce que le fichier couvre) ; et un `Planner` à soi pour
   traduire les cellules (`settle`), reconnaître (`match`), nommer le changement (`label`), proposer (`proposals`) et
   faire ce qui est coché (`further`).
5. L’ajouter à `SUBJECTS`. Les écrans, les droits, le tout ou rien, l’avancement, le rapport et l’annulation suivent. En
   ligne de commande : `commands.from_file("mot", …)`.

Une ligne absente n’efface jamais rien : au plus, elle devient une proposition à cocher.
"""

from governance.imports.subjects.inventory import InventorySubject
from governance.imports.subjects.people import PeopleSubject
from governance.imports.subjects.policy import PolicySubject
from governance.imports.subjects.register import RegisterSubject
from governance.imports.subjects.risks import ScenarioSubject
from governance.imports.subjects.subject import Subject
from models.permissions import Permission

SUBJECTS: tuple[Subject, ...] = (
    RegisterSubject(),
    PeopleSubject(),
    InventorySubject(),
    ScenarioSubject(),
    PolicySubject(),
)
"""In the order in which they are offered."""

_BY_WORD = {subject.word: subject for subject in SUBJECTS}


def subject_of(word: str) -> Subject:
    """The subject of a word. Raises KeyError for an unknown one."""
    return _BY_WORD[word]


def import_permissions() -> tuple[Permission, ...]:
    """Each permission that opens the room."""
    return tuple(dict.fromkeys(subject.permission for subject in SUBJECTS))


__all__ = ["SUBJECTS", "Subject", "import_permissions", "subject_of"]
