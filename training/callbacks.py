"""What `pipeline.cfg` names: the tokenizer's rules and the augmentation."""

import random
import unicodedata
from collections.abc import Callable, Iterator

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import registry

from claims.tokenizer import set_rules

Augmenter = Callable[[Language, Example], Iterator[Example]]


@registry.callbacks("claims.tokenizer_rules.v1")  # type: ignore[untyped-decorator]
def tokenizer_rules() -> Callable[[Language], None]:
    """Before training, give the pipeline our tokenizer; it is saved with the pipeline."""
    return lambda nlp: set_rules(nlp, "fr")


@registry.augmenters("claims.press.v1")  # type: ignore[untyped-decorator]
def press_augmenter(
    unaccented: float, capitals: float, headline: float, ligature: float
) -> Augmenter:
    """Write some of the examples as papers do.

    Args:
        unaccented: share of Docs whose capitals lose their accents (*Etat*, *A Paris*).
        capitals: share of Docs in capitals, as in a heading; half of these keep accents.
        headline: share of Docs of which only one sentence stays, without its full stop.
        ligature: share of Docs with *oe* for *œ*.
    """

    def augment(nlp: Language, example: Example) -> Iterator[Example]:
        doc = example.reference
        if headline and random.random() < headline:
            doc = _headline(doc)
        words = [token.text for token in doc]
        if random.random() < capitals:
            words = [word.upper() for word in words]
        if random.random() < unaccented + capitals / 2:
            words = [_unaccented(word) for word in words]
        if random.random() < ligature:
            words = [word.replace("œ", "oe").replace("Œ", "Oe") for word in words]
        if doc is not example.reference or words != [token.text for token in doc]:
            doc = _with_words(doc, words)
        yield Example(nlp.make_doc(doc.text), doc)

    return augment


def _unaccented(word: str) -> str:
    """A word whose capitals have lost their accents; a cedilla goes too."""
    return "".join(unicodedata.normalize("NFD", c)[0] if c.isupper() else c for c in word)


def _headline(doc: Doc) -> Doc:
    """One sentence of a Doc, without the full stop."""
    if not doc.has_annotation("SENT_START"):
        return doc
    sentence = random.choice(list(doc.sents))
    end = sentence.end - 1 if len(sentence) > 2 and sentence[-1].text == "." else sentence.end
    return doc[sentence.start : end].as_doc()


def _with_words(doc: Doc, words: list[str]) -> Doc:
    """The same annotation over other words."""
    parsed, tagged = doc.has_annotation("DEP"), doc.has_annotation("POS")
    return Doc(
        doc.vocab,
        words=words,
        spaces=[bool(token.whitespace_) for token in doc],
        pos=[t.pos_ for t in doc] if tagged else None,
        morphs=[str(t.morph) for t in doc] if tagged else None,
        lemmas=[t.lemma_ for t in doc] if tagged else None,
        heads=[t.head.i for t in doc] if parsed else None,
        deps=[t.dep_ for t in doc] if parsed else None,
        ents=[f"{t.ent_iob_}-{t.ent_type_}" if t.ent_type_ else "O" for t in doc]
        if doc.has_annotation("ENT_IOB")
        else None,
    )
