"""The parser: what users may name instead of ours, and what they are told where they may not."""

import json
import pickle
import shutil
import subprocess
import sys
from importlib.resources import as_file
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc
from spacy.training import Example

from claims import parser, pipeline
from claims.errors import PipelineError
from claims.extraction import Extractor

BUNDLED = parser.bundled("fr")
SEEDS = Path(__file__).parent.parent / "seeds" / "articles"


@pytest.fixture(scope="module")
def ours():
    return parser.load("fr")


def test_a_pipeline_in_a_folder_is_taken(tmp_path, ours):
    ours.to_disk(tmp_path / "mine")
    nlp = pipeline.load("fr", model=str(tmp_path / "mine"))
    (attribution,) = nlp("« Le budget est voté », a déclaré la ministre.")._.attributions
    assert attribution.lemma == "déclarer"


def test_which_pipeline_was_used_is_part_of_the_configuration(tmp_path, ours):
    shutil.copytree(str(BUNDLED), tmp_path / "mine")
    meta = json.loads((tmp_path / "mine" / "meta.json").read_text())
    (tmp_path / "mine" / "meta.json").write_text(json.dumps(meta | {"name": "mine"}))
    own = Extractor(model=str(tmp_path / "mine")).configuration["model"]
    assert own.startswith("fr_mine-")
    assert own != Extractor().configuration["model"]


def test_ours_is_loaded_without_the_rules_that_it_does_not_use():
    code = "import sys; from claims import pipeline; pipeline.load(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "spacy.lang.fr" not in done.stdout.split(), "it takes two seconds to import"


def test_ours_reads_as_spacy_reads_it(ours):
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    with as_file(BUNDLED) as folder:
        theirs = spacy.load(folder)
    for one, other in zip(ours.pipe(texts), theirs.pipe(texts), strict=True):
        assert one.to_json() == other.to_json()


def test_ours_can_be_sent_to_another_process(ours):
    text = "Le président Emmanuel Macron a vu Vladimir Poutine."
    assert pickle.loads(pickle.dumps(ours))(text).to_json() == ours(text).to_json()  # noqa: S301


def test_a_name_that_nothing_has_is_refused():
    with pytest.raises(PipelineError, match=r"no spaCy pipeline 'fr_nowhere'.*download fr_nowhere"):
        parser.load("fr", "fr_nowhere")


@pytest.mark.parametrize("name", ["fr", "no/where", "./fr nowhere"])
def test_what_cannot_be_downloaded_is_not_said_to_be(name):
    with pytest.raises(PipelineError, match="there is no spaCy pipeline") as caught:
        parser.load("fr", name)
    assert "download" not in str(caught.value)


def test_a_package_that_is_no_pipeline_is_refused():
    with pytest.raises(PipelineError, match="'numpy' cannot be loaded"):
        parser.load("fr", "numpy")


def test_a_folder_or_file_that_is_no_pipeline_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("…")
    for path in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(PipelineError, match=r"no folder of a spaCy pipeline.*config\.cfg"):
            parser.load("fr", str(path))


def test_the_folder_above_a_pipeline_leads_to_it(tmp_path):
    spacy.blank("fr").to_disk(tmp_path / "model-best")
    with pytest.raises(PipelineError, match=r"name '.*model-best'"):
        parser.load("fr", str(tmp_path))


@pytest.mark.parametrize("vocab", [None, spacy.blank("fr").vocab], ids=["own", "shared"])
def test_a_pipeline_of_another_language_is_refused(tmp_path, vocab):
    spacy.blank("en").to_disk(tmp_path)
    with pytest.raises(PipelineError, match=r"language 'en'.*'fr' is needed"):
        parser.load("fr", str(tmp_path), vocab)


@pytest.mark.parametrize(
    ("without", "said"),
    [
        (["parser"], "no dependencies"),
        (["ner"], "no entities"),
        (["morphologizer"], "no parts of speech"),
        (["trainable_lemmatizer"], "no lemmas"),
        (["parser", "ner"], "no dependencies, no entities: name one that does"),
    ],
)
def test_every_missing_part_is_named(tmp_path, without, said):
    nlp = parser.load("fr")
    for name in without:
        nlp.remove_pipe(name)
    nlp.to_disk(tmp_path)
    with pytest.raises(PipelineError, match=said):
        parser.load("fr", str(tmp_path))


def test_a_part_that_is_switched_off_is_missing(tmp_path):
    nlp = parser.load("fr")
    nlp.disable_pipe("ner")
    nlp.to_disk(tmp_path)
    with pytest.raises(PipelineError, match="no entities"):
        parser.load("fr", str(tmp_path))


def test_a_pipeline_that_was_never_trained_is_refused(tmp_path):
    nlp = spacy.blank("fr")
    nlp.add_pipe("parser")
    nlp.to_disk(tmp_path)
    with pytest.raises(PipelineError, match=r"does not run.*train it"):
        parser.load("fr", str(tmp_path))


def test_a_pipeline_whose_package_is_missing_says_which(tmp_path):
    shutil.copytree(str(BUNDLED), tmp_path / "trf")
    config = tmp_path / "trf" / "config.cfg"
    config.write_text(config.read_text().replace('= "tok2vec"', '= "curated_transformer"'))
    with pytest.raises(PipelineError, match=r"needs 'curated_transformer'.*pip install"):
        parser.load("fr", str(tmp_path / "trf"))


def test_a_pipeline_that_lacks_but_entities_is_given_ours(tmp_path, ours):
    text = "Le président Emmanuel Macron a vu Vladimir Poutine à Moscou, dit l’agence Reuters."
    dependencies_only(ours(text)).to_disk(tmp_path)

    def entities(nlp):
        return [(entity.text, entity.label_) for entity in nlp(text).ents]

    assert ("Emmanuel Macron", "PER") in entities(ours)
    # Whatever its parser says: this one cuts sentences anywhere.
    assert entities(parser.load("fr", str(tmp_path))) == entities(ours)
    assert entities(pipeline.load("fr", model=str(tmp_path))) == entities(ours)


def test_entities_that_are_switched_off_are_not_replaced(tmp_path, ours):
    nlp = dependencies_only(ours("Elle dort et il lit le journal."))
    nlp.add_pipe("ner")
    nlp.disable_pipe("ner")
    nlp.to_disk(tmp_path)
    with pytest.raises(PipelineError, match="no entities"):
        parser.load("fr", str(tmp_path))


def dependencies_only(doc):
    """A pipeline such as fr_dep_news_trf: without word vectors and entities; hardly trained."""
    nlp = spacy.blank("fr")
    nlp.add_pipe("morphologizer")
    nlp.add_pipe("parser", config={"min_action_freq": 1})
    nlp.add_pipe("trainable_lemmatizer")
    labels = ["ROOT", *sorted(parser.RELATIONS)]
    gold = Doc(
        nlp.vocab,
        words=[t.text for t in doc],
        lemmas=[t.lemma_ for t in doc],
        pos=[t.pos_ for t in doc],
        heads=[0] * len(doc),
        deps=[labels[min(i, len(labels) - 1)] for i in range(len(doc))],
    )
    nlp.initialize(lambda: [Example(nlp.make_doc(gold.text), gold)] * 3)
    return nlp


def test_entities_that_name_no_persons_are_refused(tmp_path):
    nlp = parser.load("fr")
    nlp.remove_pipe("ner")
    nlp.add_pipe("entity_ruler").add_patterns(  # type: ignore[attr-defined]
        [{"label": "PERSON", "pattern": "Curie"}]
    )
    nlp.to_disk(tmp_path)
    with pytest.raises(PipelineError, match="no entities that are called PER:"):
        parser.load("fr", str(tmp_path))


def test_other_labels_than_those_of_universal_dependencies_are_refused(tmp_path):
    nlp = parser.load("fr")
    nlp.remove_pipe("parser")
    doc = Doc(nlp.vocab, words=["Elle", "dort"], heads=[1, 1], deps=["suj", "ROOT"])
    nlp.add_pipe("parser").initialize(  # type: ignore[attr-defined]
        lambda: [Example(doc, doc)], nlp=nlp
    )
    nlp.to_disk(tmp_path)
    with pytest.raises(PipelineError, match="no dependencies of Universal Dependencies"):
        parser.load("fr", str(tmp_path))


@pytest.mark.parametrize("loads", [True, False])
def test_a_pipeline_for_another_version_of_spacy_is_refused(tmp_path, loads):
    shutil.copytree(str(BUNDLED), tmp_path / "old")
    meta = json.loads((tmp_path / "old" / "meta.json").read_text())
    meta["spacy_version"] = ">=2.3.0,<2.4.0"
    (tmp_path / "old" / "meta.json").write_text(json.dumps(meta))
    if not loads:
        (tmp_path / "old" / "config.cfg").unlink()
    with pytest.raises(PipelineError, match=r"another version of spaCy.*download it again"):
        parser.load("fr", str(tmp_path / "old"))


def test_a_broken_pipeline_is_refused(tmp_path):
    shutil.copytree(str(BUNDLED), tmp_path / "broken")
    (tmp_path / "broken" / "ner" / "model").write_bytes(b"\x00")
    with pytest.raises(PipelineError, match="cannot be loaded"):
        parser.load("fr", str(tmp_path / "broken"))


def test_ours_has_all_that_is_asked_of_others(ours):
    parser.load("fr", str(BUNDLED))
    assert ours.meta["license"]
    assert (BUNDLED / "README.md").is_file()


def test_ours_is_no_more_than_thirty_megabytes():
    size = sum(path.stat().st_size for path in ours_files())
    assert size <= 30e6


def ours_files():
    return [path for path in BUNDLED.rglob("*") if path.is_file()]  # type: ignore[attr-defined]
