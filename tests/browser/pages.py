"""The pages as people use them: each method is what one does there."""

from pathlib import Path

from tests.browser.person import Person

PASSWORD = "demonstration-vigie"


class Door:
    """The sign-in."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def give_password(self, login: str, password: str = PASSWORD) -> None:
        self.person.opens("/connexion")
        self.person.types("Identifiant", login)
        self.person.types("Mot de passe", password)
        self.person.presses("Continuer")

    def ask_for_the_shown_code(self) -> str:
        """Press the demonstration's button and read the code."""
        self.person.presses("Afficher le code de démonstration")
        return self.person.page.get_by_role("status").locator("code").inner_text()

    def give_code(self, code: str) -> None:
        self.person.types("Code", code)
        self.person.presses("Se connecter")

    def enter(self, login: str) -> None:
        """All of it, with the code that the page shows."""
        self.give_password(login)
        self.give_code(self.ask_for_the_shown_code())


class Register:
    """The list of records."""

    def __init__(self, person: Person) -> None:
        self.person = person
        person.opens("/registre/")

    def search(self, words: str) -> None:
        self.person.types("Rechercher", words)
        self.person.presses("Filtrer")

    def open_record(self, name: str) -> "Record":
        self.person.follows(name)
        return Record(self.person)

    def find_record(self, name: str) -> "Record":
        """Search for it and open it."""
        self.search(name)
        return self.open_record(name)


class Record:
    """One record."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.address = person.page.url.split("#")[0]

    def open(self) -> None:
        self.person.opens(self.address)

    def edit(self, section: str) -> None:
        self.person.page.locator("main").get_by_role("link", name=f"Modifier : {section}").click()
        self.person.looks()

    def save(self) -> None:
        self.person.presses("Enregistrer")

    def add_row(self, what: str) -> None:
        self.person.presses(f"Ajouter : {what}")

    def declare_complete(self) -> None:
        self.person.presses("Déclarer complète")

    def validate(self, note: str) -> None:
        self.person.types("Note de version", note)
        self.person.presses("Valider")

    def compare(self, earlier: str, later: str) -> None:
        self.person.follows("Comparer")
        self.person.types("De", earlier)
        self.person.types("À", later)
        self.person.presses("Comparer")

    def export(self) -> bytes:
        """The record as the document that the page proposes first."""
        self.open()
        self.person.follows("Exporter")
        return self.person.receives("Exporter")


class Imports:
    """The files brought in."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def give(self, file: Path, establishment: str) -> None:
        """Choose a file and the establishment whose register it is for; see what it would do."""
        self.person.opens("/imports/nouveau")
        self.person.chooses("Établissement", establishment)
        self.person.field("Fichier .ods, .xlsx, .csv ou .json").set_input_files(file)
        self.person.presses("Lire le fichier")

    def confirm(self) -> None:
        self.person.presses("Importer", exact=False)
        self.person.reads("L’import est fait")
        self.person.looks()

    def undo(self) -> None:
        self.person.presses("Annuler cet import")


class Accounts:
    """The accounts of the group."""

    def __init__(self, person: Person) -> None:
        self.person = person
        person.opens("/comptes")

    def invite(self, name: str, login: str, role: str, place: str) -> str:
        """Invite somebody; gives the address of her invitation, which the page shows without a mail server."""
        self.person.follows("Inviter une personne")
        self.person.types("Nom et prénom", name)
        self.person.types("Identifiant", login)
        self.person.types("Adresse électronique", f"{login}@chva.example")
        self.person.chooses("Rôle", role)
        self.person.chooses("Pour", place)
        self.person.presses("Inviter")
        return self.person.page.locator("#link").inner_text().strip()
