"""The recipe of the French pipeline on a slice made for the purpose: it must run, and mend data."""

import json
import random
import re
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc, DocBin, Span
from spacy.training import Example

from claims import parser
from claims.components import scenes
from claims.components.sheets import Blocks
from claims.components.trees import Tree
from claims.errors import InputError
from claims.evaluation.gold import GoldArticle
from claims.extraction import extractor
from claims.tokenizer import set_rules
from training import (
    annotated,
    annotations,
    callbacks,
    card,
    entities,
    learning,
    mentions,
    treebanks,
)
from training.__main__ import recipe

WORDS = """
Elle    lui     PRON  Gender=Fem|Number=Sing    2  nsubj
dit     dire    VERB  Mood=Ind                  0  root
que     que     SCONJ _                         9  mark
l'      le      DET   Definite=Def              5  det
avis    avis    NOUN  Gender=Masc               9  nsubj
de      de      ADP   _                         8  case
le      le      DET   Definite=Def|Number=Sing  8  det
Sénat   Sénat   PROPN _                         5  nmod
plaît   plaire  VERB  Mood=Ind                  2  ccomp
et      et      CCONJ _                        11  cc
veut    vouloir VERB  Mood=Ind                  2  conj
lire    lire    VERB  VerbForm=Inf             11  xcomp
10~000  10~000  NUM   _                        14  nummod
mots    mot     NOUN  _                        12  obj
.       .       PUNCT _                         2  punct
"""


def conllu(sentences: int) -> str:
    """So many times the same sentence, as a treebank has it: *du* is two words."""
    lines = []
    for number, line in enumerate(WORDS.split("\n")[1:-1], start=1):
        form, lemma, pos, morph, head, dep = line.split()
        space = "SpaceAfter=No" if form in ("l'", "mots") else "_"
        columns = [str(number), form, lemma, pos, "_", morph, head, dep, "_", space]
        if form == "de":
            lines.append("6-7\tdu" + "\t_" * 8)
        lines.append("\t".join(columns).replace("~", " "))
    return ("\n".join(lines) + "\n\n") * sentences


ARTICLE = {
    "text": "Marie Curie a parlé à l’Université de Lyon.\nElle a reçu le prix Nobel.",
    "entities": [
        [0, 11, "Person"],
        [24, 42, "Organization"],
        [38, 42, "Location"],
        [59, 69, "Event"],
        [64, 69, "Person"],
    ],
}


@pytest.fixture
def blank():
    nlp = spacy.blank("fr")
    set_rules(nlp, "fr")
    return nlp


@pytest.fixture
def data(tmp_path):
    """A folder like the one that the pipeline is trained on, but tiny."""
    for folder in ("treebanks", "ner", "corpora"):
        (tmp_path / folder).mkdir()
    for name in (name for names in treebanks.SPLITS.values() for name in names):
        text = conllu(sentences=6)
        (tmp_path / "treebanks" / f"fr_{name}.conllu").write_text(text, encoding="utf-8")
    articles = [json.dumps(ARTICLE | {"id": str(number)}) for number in range(60)]
    (tmp_path / "ner" / "winer-fr.jsonl").write_text("\n".join(articles), encoding="utf-8")
    (tmp_path / "corpora" / "a.jsonl").write_text(json.dumps({"id": "a", "text": ARTICLE["text"]}))
    return tmp_path


def test_contracted_words_are_one_token_and_figures_are_cut(data):
    (doc, _) = treebanks.docs(data / "treebanks" / "fr_gsd-ud-dev.conllu")
    sentence = next(doc.sents)
    assert sentence.text == "Elle dit que l'avis du Sénat plaît et veut lire 10 000 mots."
    du = sentence[5]
    assert (du.text, du.lemma_, du.pos_, du.dep_, du.head.text) == (
        "du", "de", "ADP", "case", "Sénat",
    )  # fmt: skip
    assert str(du.morph) == "Definite=Def|Number=Sing"
    assert [(t.text, t.head.text, t.dep_) for t in sentence[11:13]] == [
        ("10", "mots", "nummod"),
        ("000", "10", "flat"),
    ]


def test_pronouns_are_left_out_where_a_treebank_lemmatizes_them_otherwise(data):
    def lemma(name):
        return next(treebanks.docs(data / "treebanks" / f"fr_{name}.conllu"))[0].lemma_

    assert (lemma("gsd-ud-dev"), lemma("pud-ud-test")) == ("lui", "")


def test_of_entities_that_overlap_the_longer_stays(blank):
    docs = list(entities.docs([ARTICLE], blank))
    assert [[(e.text, e.label_) for e in doc.ents] for doc in docs] == [
        [("Marie Curie", "PER"), ("Université de Lyon", "ORG")],
        [("prix Nobel", "MISC")],
    ]


def test_no_article_is_learned_from_and_reported_on():
    parts = [entities.part(str(number)) for number in range(1000)]
    assert {p: round(parts.count(p) / 100) for p in sorted(set(parts))} == {
        "entities": 8,
        "entities-dev": 1,
        "entities-test": 1,
    }


def test_augmentation_changes_words_and_nothing_else(blank):
    random.seed(0)
    doc = Doc(
        blank.vocab,
        words=["Élu", "à", "l'", "Élysée", "."],
        spaces=[True, True, False, False, False],
        heads=[0, 3, 3, 0, 0],
        deps=["ROOT", "case", "det", "obl", "punct"],
    )
    doc.set_ents([Span(doc, 3, 4, label="LOC")])
    augment = callbacks.press_augmenter(unaccented=1, capitals=0, headline=1, ligature=0)
    (example,) = augment(blank, Example(blank.make_doc(doc.text), doc))
    said = example.reference
    assert said.text == "Elu à l'Elysée"
    assert [t.head.i for t in said] == [0, 3, 3, 0]
    assert [(e.text, e.label_) for e in said.ents] == [("Elysée", "LOC")]


def test_the_recipe_yields_a_pipeline_that_we_can_use(data, tmp_path):
    small = {
        "variables.max_steps": 4,
        "variables.width": 8,
        "variables.depth": 1,
        "training.eval_frequency": 2,
        "components.parser.min_action_freq": 1,
        "components.trainable_lemmatizer.min_tree_freq": 1,
    }
    out = tmp_path / "model"
    recipe(
        data,
        tmp_path / "work",
        out,
        overrides=small,
        neighbours={"dim": 8, "min_count": 1},
    )
    nlp = parser.load("fr", str(out))
    assert {t.dep_ for t in nlp("Elle dit que l'avis plaît.")} <= set(nlp.pipe_labels["parser"])
    meta = json.loads((out / "meta.json").read_text(encoding="utf-8"))
    assert (out / "README.md").read_text(encoding="utf-8") == card.render(meta)
    assert 0 <= meta["performance"]["syntax"]["GSD test"]["LAS"] <= 100
    tests = DocBin().from_disk(tmp_path / "work" / "entities" / "entities-test.spacy")
    assert len(tests) > 0
    (data / "corpora" / "b.jsonl").write_text(json.dumps({"id": "b", "text": "Il dort."}))
    with pytest.raises(FileExistsError, match="made from other data"):
        recipe(data, tmp_path / "work", out)


def test_the_card_says_what_the_pipeline_says():
    folder = parser.bundled("fr")
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    assert (folder / "README.md").read_text(encoding="utf-8") == card.render(meta)


DATA = Path(__file__).parent.parent.parent / "shared"


def sequences(text):
    """Each six words that follow each other in a text."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + 6]) for i in range(len(words) - 5)}


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the corpora beside the checkout")
def test_annotations_fit_their_articles_and_are_not_of_the_gold():
    gold = {
        sequence
        for name in ("train", "press", "seeds")
        for line in (DATA / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        for sequence in sequences(json.loads(line)["text"])
    }
    for article, printed, _ in annotations.read(DATA):
        own = sequences(article.text)
        assert len(own & gold) <= 0.03 * len(own)
        assert article.text == printed.text
        assert all(all(content.strip() for content in claim.content) for claim in article.claims)


def test_annotations_of_other_articles_are_refused(tmp_path):
    (tmp_path / "corpora").mkdir()
    with pytest.raises(InputError, match="lacks the article"):
        list(annotations.read(tmp_path))


@pytest.mark.parametrize(
    ("content", "cue", "speaker", "expected"),
    [
        ("le pont est fermé", "Selon", "Paul Durand", ("Selon", 0, 1)),
        ("il rouvrira", "Selon", "la maire", ("Selon", 9, 10)),
        ("Tant mieux", "dit", "elle", ("dit", 22, 23)),
    ],
)
def test_the_words_of_an_annotation_are_found_in_one_sentence(content, cue, speaker, expected):
    text = (
        "Selon Paul Durand, le pont est fermé. Selon la maire, il rouvrira. "
        "« Tant mieux », a dit elle. Il dit non à celle qui est elle."
    )
    claim = {"content": [content], "type": "indirect", "cue": cue, "speaker": speaker}
    article = GoldArticle.model_validate(
        {
            "id": "a",
            "text": text,
            "claims": [claim | {"speakers": [], "outlets": [], "stance": "affirms"}],
        }
    )
    tree = Tree(extractor().nlp(text), "fr")
    (wanted,) = annotated.wanted(article, tree)
    assert (tree.text[wanted.cue], wanted.cue, min(wanted.mention)) == expected


def test_what_a_noun_stood_for_is_counted_once_a_choice():
    choice = scenes.Choice(("Léa Roux",), "person", (), ("élu député", "élu =person"))
    other = scenes.Choice(("Paul Durand",), "person", (), ("élu =person",))
    heard = mentions.Heard("one", [([choice, other], [1.0, 0.0]), ([choice], [0.7])])
    counts = mentions.sum_counts([heard])
    assert counts == {"élu député": (1, 2), "élu =person": (1, 3)}


def test_a_network_learns_which_of_rivals_is_right():
    right: Blocks = ({"near": 1.0},)
    wrong: Blocks = ({"near": 5.0},)
    choices = [learning.Choice([wrong, right, wrong], [0, 1, 0])] * 80
    choices += [learning.Choice([wrong, wrong], [0, 0])] * 80
    model = learning.chooser(choices, 0.1, {}, 1)
    (scores,) = model.rivals([[wrong, right, wrong]])
    assert scores[1] > 0.8
    assert sum(scores) == pytest.approx(1, abs=0.1)
    assert sum(model.rivals([[wrong, wrong]])[0]) < 0.2
