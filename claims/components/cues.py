"""Cues: the words that attribute, found by spaCy's span ruler from a language's lexicon."""

from functools import cache
from typing import Literal, NamedTuple

from pydantic import Field
from spacy.language import Language
from spacy.pipeline import SpanRuler
from spacy.tokens import Doc

from claims import language
from claims.components.relations import group
from claims.model import Stance

GROUP = "cues"
FORMS = ("finite", "participle", "gerund", "infinitive", "preposition")


class CueRow(language.Row):
    """A cue with its forms; in a form of several words these are joined by `~`."""

    lemma: str = Field(description="Dictionary form.")
    kind: Literal["verb", "preposition"] = Field(description="Part of speech.")
    stance: Stance = Field(description="What its subject does with the content.")
    takes: str = Field(
        default="",
        pattern="^[dqfFouYxpvsz]*$",
        description="Government: d direct speech, q que clause, f infinitive, F de + infinitive, "
        "o object, u object with a quotation in it, Y somebody de something, x somebody à "
        "something, p other preposition, v the same with a quotation; of prepositions s source "
        "anywhere, z source at the start of a sentence only.",
    )
    reflexive: bool = Field(default=False, description="Whether it needs se before it.")
    hedged: bool = Field(default=False, description="Whether it keeps the writer's distance.")
    finite: str = Field(default="", description="Finite forms of the third person.")
    participle: str = Field(default="", description="Past participles.")
    gerund: str = Field(default="", description="Present participle.")
    infinitive: str = Field(default="", description="Infinitives.")
    preposition: str = Field(default="", description="The preposition's forms.")

    def forms(self, form: str) -> list[str]:
        """The words of one of `FORMS`."""
        return [word.replace("~", " ") for word in getattr(self, form).split()]


class Cue(NamedTuple):
    """One reading of a cue in a text: a form may be of two verbs, or of two tenses."""

    end: int
    """First token after it."""
    row: CueRow
    form: str


@cache
def lexicon(code: str) -> dict[str, CueRow]:
    """The cue rows of the language `code`, by id."""
    return {row.id: row for row in language.rows(code, "cues", CueRow)}


@cache
def prepositions(code: str) -> frozenset[str]:
    """The forms of all prepositions that are cues (*selon*, *d'après*)."""
    rows = lexicon(code).values()
    return frozenset(form for row in rows for form in row.forms("preposition"))


def patterns(code: str) -> list[dict[str, str]]:
    """The lexicon as patterns of the span ruler: label form, id row, pattern the words."""
    return [
        {"label": form, "id": row.id, "pattern": words}
        for row in lexicon(code).values()
        for form in FORMS
        for words in row.forms(form)
    ]


@Language.factory("claims_cues", assigns=["doc.spans"], default_config={"language": "fr"})
def make_cues(nlp: Language, name: str, language: str) -> SpanRuler:
    """SpaCy's span ruler with the lexicon of a language; it writes `doc.spans["cues"]`."""
    ruler = SpanRuler(nlp, name, spans_key=GROUP, phrase_matcher_attr="LOWER", overwrite=True)
    with nlp.select_pipes(enable=[]):  # the words of a pattern are all that is asked
        ruler.add_patterns(patterns(language))  # type: ignore[arg-type]
    return ruler


def by_token(doc: Doc, code: str) -> dict[int, list[Cue]]:
    """The readings of the cues of a Doc by the token they start at, the longest first."""
    rows = lexicon(code)
    found: dict[int, list[Cue]] = {}
    for span in group(doc, GROUP):
        found.setdefault(span.start, []).append(Cue(span.end, rows[span.id_], span.label_))
    for readings in found.values():
        readings.sort(key=lambda cue: -cue.end)
    return found
