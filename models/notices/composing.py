"""Makes the text of a notice: the blocks of the model filled from the register, each statement with its sources."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from models.notices.facts import LEGITIMATE, Facts, Ground
from models.notices.granting import Granted, Rights
from models.notices.objecting import cases, is_possible
from models.notices.order import Block, Order, Text
from models.notices.shortening import ELSEWHERE, shortened
from models.notices.special import named, paragraphs
from models.notices.telling import Pen, Said, Source, Statement, Value, words_of
from models.notices.words import Audience
from models.register.words import RecipientKind
from models.vocabulary import N_
from models.wording import articled

WHOLE, SHORT, SHORTEST = range(3)
"""The forms of a printed note: all of it; without what only some call for; with the main items of its longest lists."""
SENSITIVE = "note_sensitive"
WEB_ONLY, PRINT_ONLY = "web", "print"
POSTER_TITLES = {
    "poster_title": N_("Titre"),
    "poster_controller": N_("Qui est responsable"),
    "poster_purposes": N_("Pourquoi"),
    "poster_recipients": N_("Qui les voit"),
    "poster_retention": N_("Combien de temps"),
    "poster_rights": N_("Vos droits"),
    "poster_objection": N_("Vous opposer"),
    "poster_contact": N_("Qui contacter"),
    "poster_complaint": N_("Réclamer"),
    "poster_more": N_("En savoir plus"),
    SENSITIVE: N_("Pour vos données de santé"),
}
"""What each block of the first layer is about; some of them stand beside it on the poster."""
TITLES_FOR_MINORS = {"poster_rights": N_("Tes droits"), "poster_objection": N_("Dire non")}


class Detail(NamedTuple):
    """How much the poster tells: so many of the main recipients, and of the cases in which a record is kept longer."""

    recipients: int
    cases: int


DETAILS = (Detail(4, 9), Detail(3, 2), Detail(2, 1))
NOTE_WORDS = {Audience.ADULT: 2550, Audience.MINOR: 2550, Audience.EASY: 1350}
"""So many words fill the four pages of the printed note: a longer one leaves some to its web page."""
ONLINE = N_("En ligne")
INFORMED = "information"
MEASURES = 4
"""So many protections are told in an easy or a short text: the law asks for none."""
OUTSIDE = (RecipientKind.INTERNAL, RecipientKind.EXTERNAL, RecipientKind.PROCESSOR)


def compose(order: Order) -> Text:
    """The text of a notice. What lacks shows in square brackets, and is named in `lacking`."""
    return _Composer(order).text()


class _Composer:
    def __init__(self, order: Order) -> None:
        self.order, self.lexicon, self.model = order, order.lexicon, order.lexicon.model
        self.facts = Facts(order.activities, order.lexicon)
        self.level, self.founded = WHOLE, set[str]()
        self.kept: dict[str, list[Block]] = {}
        self.layers = {row["code"]: row for row in self.model["layers"]}
        placeholders = self.model["placeholders"]
        optional = frozenset(row["code"] for row in placeholders if not row["required"])
        labels = {row["code"]: row["label_fr"] for row in placeholders}
        self.pen = Pen(self._values(), optional, labels)
        self.rights = Rights(self.facts, self.pen)
        self.pen.values["liste_droits"] = self.rights.short()

    def text(self) -> Text:
        return Text(self._poster(), self._told(), self.pen.lacking)

    def _told(self) -> list[Block]:
        """The second layer; on paper, the first of its forms that is short enough to be read to the end."""
        for self.level in (WHOLE, SHORT, SHORTEST):
            note = [block for block in self._note() if block.statements]
            printed = words_of(one.text for block in note if block.on != WEB_ONLY for one in block.statements)
            if printed <= NOTE_WORDS[self.lexicon.audience]:
                break
        return note

    @property
    def short(self) -> bool:
        """Whether the printed note leaves something to its web page."""
        return self.level > WHOLE

    # Values

    def _values(self) -> dict[str, Value]:
        order, told = self.order, self.order.contacts
        values: dict[str, Value] = {}
        for row in self.model["placeholders"]:
            typed = order.values.get(row["code"]) or self._proposed(row)
            values[row["code"]] = Said(typed, (Source("notice", row["code"], typed),)) if typed else None
        own = {
            "etablissement": articled(told.name), "adresse_etablissement": told.address, "courriel_dpo": told.email,
            "telephone_dpo": told.phone, "adresse_postale_dpo": told.postal,
        }  # fmt: skip
        values |= {
            name: Said(said, (Source("establishment", name, said),)) if said else None for name, said in own.items()
        }
        values |= {
            "adresse_web_notice": Said(order.address.split("://")[-1], (Source("notice", "address", order.address),)),
            "version": Said(str(order.number)),
            "date_version": Said(f"{order.on:%d/%m/%Y}"),
            "historique_versions": [Said(one) for one in order.history],
        }
        return values | self._from_register()

    def _proposed(self, row: Mapping[str, Any]) -> str | None:
        easy = row.get("default_easy_fr") if self.lexicon.audience is not Audience.ADULT else None
        return easy or row.get("default_fr")

    def _from_register(self) -> dict[str, Value]:
        facts = self.facts
        joint = facts.joint_controllers()
        return {
            "liste_familles": facts.reasons(),
            "transferts_en_clair": facts.transfers(),
            "liste_mesures": facts.measures()[: None if self.lexicon.audience is Audience.ADULT else MEASURES],
            "liste_categories": facts.categories(),
            "liste_durees": facts.retentions(),
            **_recipients(facts),
            "mention_responsables_conjoints": _jointly(joint) if joint else None,
            **self._automated(),
        }

    def _automated(self) -> dict[str, Value]:
        found = self.facts.automated()
        names = ("mention_decision_automatisee", "mention_decision_automatisee_simple")
        if found:
            sources = tuple(source for one in found for source in one.sources)
            words = N_("Certaines décisions sont prises par un ordinateur : {logic}. Une personne peut les revoir.")
            said = Said(words.replace("{logic}", " ; ".join(one.text.rstrip(".") for one in found)), sources)
            return dict.fromkeys(names, said)
        rows = {row["code"]: row for row in self.model["placeholders"]}
        return {name: Said(self._proposed(rows[name]) or "", self.facts.not_automated()) for name in names}

    # Blocks

    def _block(self, row: Mapping[str, Any], statements: list[Statement], **more: Any) -> Block:
        items = {one["code"]: one for one in self.model["legal_items"]}
        legal = [
            {
                "label": items[code]["label_fr"],
                "reference": items[code]["reference_fr"],
                "confidence": items[code]["confidence"],
            }
            for code in row.get("legal_items", ())
        ]
        legal += [
            {"label": "", "reference": one["text_fr"], "confidence": one["confidence"]}
            for one in row.get("references", ())
        ]
        title = self.lexicon.named(row, "title") or _short_title(row["code"], self.lexicon.audience)
        return Block(row["code"], title, statements, emphasis=bool(row.get("emphasis")), legal=legal, **more)

    def _words(self, row: Mapping[str, Any]) -> str:
        return self._without_research(str(row.get(self.lexicon.key) or ""))

    def _without_research(self, text: str) -> str:
        """The example of research goes when no activity chosen is one."""
        if any(row["code"] == "research" for row, _own in self.facts.families):
            return text
        for example in self.model["research_examples"]:
            text = text.replace(example, "")
        return "\n".join(line for line in text.splitlines() if line.strip())

    def _poster(self) -> list[Block]:
        """The first layer: as many recipients and cases as its length lets it tell."""
        layer, blocks = self.layers["layer_1_poster"], list[Block]()
        for detail in DETAILS:
            self.pen.values["principaux_destinataires"] = self.facts.main_recipients(detail.recipients)
            self.pen.values["duree_dossier"] = self.facts.medical_record(detail.cases)
            blocks = [block for row in layer["blocks"] if (block := self._on_poster(row)).statements]
            if words_of(one.text for block in blocks for one in block.statements) <= layer["max_words"]:
                break
        return blocks

    def _on_poster(self, row: Mapping[str, Any]) -> Block:
        text = self._words(row)
        if row["code"] == "poster_retention" and not self.facts.medical_record():
            text = ""
        if row["code"] == "poster_objection" and not is_possible(self.facts):
            text = ""
        statements = self.pen.write(text, inline=True)
        return self._block(row, self._founded(row, statements))

    def _founded(self, row: Mapping[str, Any], statements: list[Statement]) -> list[Statement]:
        """A statement that the model words by itself, about what the register says, rests on the whole choice."""
        return _founded_on(self.facts, statements) if row["source"] == "register" else statements

    def _note(self) -> Iterator[Block]:
        blocks = {row["code"]: row for layer in ("layer_2_note", "layer_2_web") for row in self.layers[layer]["blocks"]}
        order = list(self.layers["layer_2_web"]["block_order"])
        order.insert(order.index("note_title") + 1, "note_intro")
        once = {"note_purposes": self._purposes, "note_objection": self._objection}
        for code in order:
            row = blocks[code]
            if code in once:
                yield from self._once(code, once[code](row))
            else:
                yield from self._general(row)

    def _once(self, code: str, blocks: Iterator[Block]) -> list[Block]:
        """Blocks that are the same in the whole note and in its short form, made once."""
        if code not in self.kept:
            self.kept[code] = list(blocks)
        return self.kept[code]

    def _general(self, row: Mapping[str, Any]) -> Iterator[Block]:
        special = {"note_rights": self._right_blocks, "note_special": self._special}
        if row["code"] in special:
            yield from special[row["code"]](row)
            return
        if row["code"] == "web_online_form" and not self.order.values.get("adresse_formulaire"):
            return
        where = {"note_intro": PRINT_ONLY}.get(row["code"], WEB_ONLY if row["code"].startswith("web_") else None)
        statements = self._founded(row, self.pen.write(self._words(row)))
        for code, sources in (("note_source", self.facts.collection), ("note_mandatory", self.facts.duty)):
            if row["code"] == code:
                found = list(sources())
                for one in statements:
                    one.sources = found
        if row["code"] == "note_intro" and self.short:
            return
        yield from self._printed(row, self.rights.joined(row["code"], statements), where)

    def _printed(self, row: Mapping[str, Any], statements: list[Statement], where: str | None) -> Iterator[Block]:
        """A block as this form of the note tells it: a long list leaves some of it to the web page."""
        if row["code"] == "note_security" and self.short:
            yield from self._measures(row, statements)
        elif row["code"] in ELSEWHERE and self.level == SHORTEST:
            yield from self._main(row, statements)
        else:
            yield self._block(row, statements, on=where)

    def _main(self, row: Mapping[str, Any], statements: list[Statement]) -> Iterator[Block]:
        """A list whole on the web page, and its main items on paper."""
        kept = shortened(row["code"], statements, self.lexicon.audience)
        yield self._block(row, statements, on=WEB_ONLY if kept else None)
        if kept:
            yield self._block(row, kept, on=PRINT_ONLY)

    def _measures(self, row: Mapping[str, Any], statements: list[Statement]) -> Iterator[Block]:
        """Some of the protections, and on the web page the others."""
        last = next((place for place, one in enumerate(statements) if place > MEASURES and not one.bullet), None)
        some, others, end = slice(MEASURES + 1), slice(MEASURES + 1, last), slice(last, None)
        yield self._block(row, statements[some])
        if last is not None:
            yield self._block(row, statements[others], on=WEB_ONLY)
            yield self._block(row, statements[end])

    def _purposes(self, row: Mapping[str, Any]) -> Iterator[Block]:
        """One chapter a family, each basis said once there; then once for all what sensitive data rest on."""
        text = self._words(row)
        if "{" not in text:
            yield self._block(row, self._founded(row, self.pen.write(text)))
            return
        for family, own in self.facts.families:
            statements = self._family(text, Said(self.lexicon.named(family, "intro"), own.as_source), own)
            yield self._block(row, _founded_on(own, statements), family=self.lexicon.named(family, "title"))
        if "{condition_sensible_en_clair}" in text:
            yield self._block({"code": SENSITIVE}, self._conditions())

    def _family(self, text: str, intro: Said, own: Facts) -> list[Statement]:
        grounds = own.grounds() if "{liste_finalites}" in text else own.grounds()[:1]
        found: list[Statement] = []
        for place, ground in enumerate(grounds):
            extra: dict[str, Value] = {
                "famille_intro": None if place else intro,
                "liste_finalites": list(ground.lines),
                "base_en_clair": self._because(ground),
                "condition_sensible_en_clair": None,
            }
            found += self.pen.write(text.replace("{famille_intro}", "") if place else text, extra)
        return found

    def _because(self, ground: Ground) -> Value:
        """A basis in plain words; its example, after the comma, is given once."""
        said = ground.because
        if not isinstance(said, Said) or ground.basis == LEGITIMATE:
            return said
        again = said.text in self.founded
        self.founded.add(said.text)
        if not again or "," not in said.text:
            return said
        colon = " :" if said.text.endswith(":") else ""
        return Said(said.text.partition(",")[0] + colon, said.sources)

    def _conditions(self) -> list[Statement]:
        found = self.facts.conditions()
        return [Statement(one.text, list(one.sources), bullet=len(found) > 1) for one in found]

    def _right_blocks(self, row: Mapping[str, Any]) -> Iterator[Block]:
        text = self._words(row)
        if "{" not in text:
            yield self._block(row, self._founded(row, self.pen.write(text)))
            return
        for found, on in self._listed():
            block = self._block(row, self.rights.items(text, found), on=on)
            block.legal += self.rights.legal(found)
            yield block

    def _listed(self) -> Iterator[tuple[list[Granted], str | None]]:
        """The rights of the note; a short one leaves to the web page the right that it honours by being there."""
        told = self.rights.listed()
        apart = [one for one in told if self.short and one[0]["code"] == INFORMED]
        yield [one for one in told if one not in apart], None
        if apart:
            yield apart, WEB_ONLY

    def _special(self, row: Mapping[str, Any]) -> Iterator[Block]:
        """The paragraphs that some processings call for; those that a short note names are read on the web page."""
        left = []
        for one, statements in paragraphs(self.facts, self.pen):
            on = WEB_ONLY if one.get("web_from", SHORTEST + 1) <= self.level else None
            left += [(one, statements)] if on else []
            block = self._block(
                {**one, "code": row["code"]}, statements, family=self.lexicon.named(one, "title"), on=on
            )
            block.title = self.lexicon.named(row, "title")
            yield block
        if left:
            yield self._block(row, named(self.facts, left), family=ONLINE, on=PRINT_ONLY)

    def _objection(self, row: Mapping[str, Any]) -> Iterator[Block]:
        """To whom, how, by when; then what may be refused, with or without a reason, and what may not."""
        if not is_possible(self.facts):
            return
        statements = self.pen.write(self._words(row))
        yield self._block(row, [*_founded_on(self.facts, statements), *cases(self.facts, self.pen)])


def _short_title(code: str, audience: Audience) -> str:
    young = TITLES_FOR_MINORS if audience is Audience.MINOR else {}
    return young.get(code) or POSTER_TITLES.get(code, "")


def _founded_on(facts: Facts, statements: list[Statement]) -> list[Statement]:
    for one in statements:
        one.sources = one.sources or list(facts.as_source)
    return statements


def _jointly(names: list[Said]) -> Said:
    words = N_("Pour certains traitements, nous décidons ensemble avec : {names}.")
    sources = tuple(source for one in names for source in one.sources)
    return Said(words.replace("{names}", ", ".join(one.text for one in names)), sources)


def _recipients(own: Facts) -> dict[str, Value]:
    names = ("destinataires_internes", "destinataires_externes", "sous_traitants")
    return {name: list(own.recipients(kind)) for name, kind in zip(names, OUTSIDE, strict=True)}
