"""Mentions of speakers as a text has them: of which kind each is, and what tells that."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from claims.components import profiles
from claims.components.chunks import DETERMINERS, HYPHENS, JOINERS, TITLE, words
from claims.components.quotations import marks
from claims.components.sheets import Features
from claims.components.trees import Tree
from claims.language import numeral, word_set
from claims.model import fold
from claims.parser import PERSON

FIRST_WORD = re.compile(r"(\w+['’]|\w+\.?(?=\s))\s*(?=\S)")
"""The first word of several."""
PRONOUN, INDEFINITE = "pronoun", "indefinite"
NEUTRAL = "o"
"""The class of *on* and *cela*."""


class Mention(NamedTuple):
    """A speaker's mention."""

    tokens: tuple[int, ...]
    head: int
    text: str
    """Its words without determiners and title."""
    folded: str
    determiner: str
    """The first of its determiners, in lower case; else empty."""
    kind: str

    @property
    def is_noun(self) -> bool:
        """Whether it is neither a name nor a pronoun."""
        return self.kind.startswith("noun")


class MentionReader:
    """Reads the mentions of one text."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.text = tree, tree.string
        self.words, self.profiles = words(tree.code), profiles.bundled(tree.code)
        self.documents = word_set(tree.code, "documents")
        """The lemmas of nouns that resolve to whoever issued what they name."""
        self.pronouns = word_set(tree.code, "pronouns")
        """Words that are no name of anybody where they stand alone."""
        styles = marks(tree.code).closes
        apart = sorted({*styles, *styles.values()} - {"’"})
        self.marks = re.compile("|".join(map(re.escape, apart)))
        self._mentions: dict[tuple[int, ...], Mention] = {}

    def mention(self, tokens: Sequence[int]) -> Mention:
        """A mention of these tokens, in text order."""
        place = tuple(tokens)
        if place not in self._mentions:
            self._mentions[place] = self._mention(place)
        return self._mentions[place]

    def _mention(self, tokens: tuple[int, ...]) -> Mention:
        tree = self.tree
        head = tree.tops(tokens)[0]
        start, end = tree.starts[tokens[0]], tree.starts[tokens[-1]] + len(tree.text[tokens[-1]])
        text = " ".join(self.text[start:end].split())
        bare, determiner = self.bare(self.plain(text))
        if self._is_part_of_name(tokens[0]):
            bare, determiner = self.plain(text), ""
        form = tree.lower[head].lstrip("".join(HYPHENS))
        closed = not self.words.is_open(bare.lower())
        itself = tree.pos[head] in ("PRON", "DET") and form in bare.lower()
        pronoun = (closed or itself) and " " not in bare
        if pronoun or self.words.pronoun(text) is not None:
            kind = PRONOUN
        elif tree.pos[head] == "PRON" or bare.lower() in self.pronouns:  # l'un d'entre eux
            kind = INDEFINITE
        elif tree.entity[head]:
            kind = "person" if tree.entity[head] == PERSON else "named"
        else:
            kind = "noun with name" if any(w[0].isupper() for w in text.split()[1:]) else "noun"
        words = form if kind == PRONOUN else bare
        return Mention(tokens, head, words, fold(words), determiner, kind)

    def _is_part_of_name(self, token: int) -> bool:
        """Whether a determiner begins a person's name: *a dit Le Pen*."""
        tree = self.tree
        within = token > tree.sentences[tree.sentence[token]][0]
        capital = tree.symbol[token] in DETERMINERS and tree.text[token][0].isupper()
        return within and capital and tree.entity[token] == PERSON

    def bare(self, text: str) -> tuple[str, str]:
        """A mention without its determiners and title, and the first determiner.

        *L’un de ses amis* is *un de ses amis*, and of *certains de ses amis* the *amis* are meant.
        """
        first = ""
        while match := FIRST_WORD.match(text):
            word, rest = match.group(1).lower(), text[match.end() :]
            symbol = self.words.single.get(word) or self.words.single.get(word.rstrip("."))
            if symbol not in (*DETERMINERS, TITLE) and not (first and symbol in JOINERS):
                break
            if self.words.feature(word, "Definite") == "Ind" and self._is_part(rest):
                return word + text[len(word) :], first or word
            first = first or word
            text = rest
        return text, first

    def _is_part(self, text: str) -> bool:
        """Whether a text tells what something is a part of: *de ses amis*, but not *d’eux*."""
        following = FIRST_WORD.match(text)
        joined = following and self.words.single.get(following.group(1).lower()) in JOINERS
        return bool(joined) and any(self.words.is_open(w) for w in re.findall(r"\w+", text.lower()))

    def plain(self, name: str) -> str:
        """A name without quotation marks."""
        return " ".join(self.marks.sub(" ", name).split())

    def numeral(self, mention: Mention) -> int:
        """How many are meant (*les deux ministres*, *tous deux*); 0 where it does not say.

        Of *deux ministres* nobody has been told before, and *les deux mille* are not two.
        """
        tree = self.tree
        if numeral(tree.code, mention.determiner) or self.is_document(mention.head):
            return 0
        told = (
            numeral(tree.code, tree.lower[i])
            for i in mention.tokens
            if mention.head in (i, tree.head[i]) and tree.pos[i + 1 : i + 2] != ["NUM"]
        )
        return next(filter(None, told), 0)

    def number(self, mention: Mention) -> str:
        """Its number; of a possessive (*à ses yeux*) that of whose it is."""
        if mention.kind == PRONOUN and (owners := self.words.feature(mention.text, "Possessor")):
            return owners
        own = self.words.feature(mention.determiner, "Number")
        return own or self.tree.morph[mention.head].get("Number", "")

    def gender(self, mention: Mention) -> str:
        """Its gender; a possessive does not tell that of whose it is."""
        if mention.kind == PRONOUN and self.words.feature(mention.text, "Possessor"):
            return ""
        told = self.words.pronoun(mention.text) if mention.kind == PRONOUN else None
        return (told or self.tree.morph[mention.head]).get("Gender", "")

    def near(self, mention: Mention) -> dict[int, str]:
        """How each word hangs on a mention's head, or on a participle of it.

        Of *on* that are the adjuncts of its verb (*indique-t-on à la mairie*).
        """
        tree = self.tree
        if self.is_impersonal(mention):
            verb = tree.head[mention.head]
            below = [k for k in tree.children[verb] if tree.rel[k] == "obl" and k != mention.head]
        else:
            below = tree.children[mention.head]
            below = [*below, *(k for p in below if tree.rel[p] == "acl" for k in tree.children[p])]
        cases = (
            next((tree.lower[k] for k in tree.children[at] if tree.rel[k] == "case"), "")
            for at in below
        )
        return {at: f"{tree.dep[at]} {case}" for at, case in zip(below, cases, strict=True)}

    def complements(self, head: int) -> list[int]:
        """The nouns that a noun's complements name, an agent of its participle too."""
        tree = self.tree
        below = tree.children[head]
        agents = [k for p in below if tree.rel[p] == "acl" for k in tree.children[p]]
        found = [k for k in below if tree.rel[k] == "nmod"]
        found += [k for k in agents if tree.dep[k] == "obl:agent"]
        return [k for k in found if tree.pos[k] in ("NOUN", "PROPN")]

    def is_complement(self, token: int) -> bool:
        """Whether a preposition stands before a noun."""
        return any(self.tree.rel[k] == "case" for k in self.tree.children[token])

    def is_document(self, head: int) -> bool:
        """Whether a noun speaks for whoever issued what it names."""
        return self.tree.lemma[head] in self.documents

    def is_impersonal(self, mention: Mention) -> bool:
        """Whether a mention is *on*, which stands for whoever is asked where its verb says."""
        if mention.kind != PRONOUN or self.tree.rel[mention.head] != "nsubj":
            return False
        told = self.words.pronoun(mention.text) or {}
        return told.get("PronType") == "Ind" or self.words.single.get(mention.text) == NEUTRAL

    def features(self, mention: Mention, told: int, capitals: int) -> Features:
        """What a mention is, of whose words so many tell something and so many have a capital."""
        tree, head = self.tree, mention.head
        children = tree.children[head]
        features: Features = {
            "kind": mention.kind,
            "form": mention.text if mention.kind == PRONOUN else "",
            "number": self.number(mention),
            "gender": self.gender(mention),
            "definite": self.words.feature(mention.determiner, "Definite") or mention.determiner,
            "length": float(told),
            "capitals": float(capitals),
            "head": tree.lemma[head] if mention.kind != PRONOUN else "",
            "document": float(self.is_document(head)),
            "modifier": next((tree.lemma[k] for k in children if tree.rel[k] == "amod"), ""),
            "possessive": float(any(tree.morph[k].get("Poss") == "Yes" for k in children)),
            "demonstrative": float(any(tree.morph[k].get("PronType") == "Dem" for k in children)),
            "relative": float(tree.morph[head].get("PronType") == "Rel"),
            "from_start": float(
                mention.tokens[0] - tree.sentences[tree.sentence[mention.tokens[0]]][0]
            ),
            "dep": tree.dep[head],
        }
        if mention.is_noun:
            features |= self.profiles.subject(tree, head)
        return features
