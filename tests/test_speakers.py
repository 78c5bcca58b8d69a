"""Who speaks: which phrase is the speaker's mention, and whom it stands for."""

import re
import tracemalloc
from pathlib import Path

import pytest
from spacy.tokens import Span

import claims
from claims.components import antecedents, sources
from claims.components import mentions as resolving
from claims.components.antecedents import (
    ISSUER,
    ITSELF,
    Discourse,
    counted,
)
from claims.components.entities import MANY, entities
from claims.components.given_names import given_names
from claims.components.meanings import noun_classes
from claims.components.mention_features import INDEFINITE, PRONOUN
from claims.components.trees import Tree
from claims.extraction import extractor
from claims.language import WordsRow, rows, word_set
from claims.registry import Registry


def mentions(text):
    return [claim.speaker.text if claim.speaker else None for claim in claims.extract(text)]


def names(text):
    return [[speaker.name for speaker in claim.speakers] for claim in claims.extract(text)]


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("La ministre affirme que le pont est fermé.", "La ministre"),
        ("« Le pont est fermé », a déclaré hier à l’AFP la ministre.", "la ministre"),
        ("« Le pont est fermé », a déclaré sur BFMTV Paul Durand.", "Paul Durand"),
        ("Le pont est fermé, selon les riverains.", "les riverains"),
        ("Le maire est accusé par l’opposition d’avoir menti.", "l’opposition"),
        ("Le syndicat a quitté la salle, ajoutant que la grève continuerait.", "Le syndicat"),
        ("À ses yeux, le pont est dangereux.", "ses"),
        ("« Le pont est-il fermé ? » a demandé hier Mathilde Roux.", "Mathilde Roux"),
        ("Selon France Bleu, Paul Durand a reçu deux plaintes.", "France Bleu"),
        ("Plus de 200 riverains ont affirmé que le pont est fermé.", "Plus de 200 riverains"),
        (
            "Le préfet, qui affirme que le pont est fermé, viendra lundi.",
            "Le préfet",
        ),
    ],
)
def test_the_mention_is_the_phrase_that_speaks(text, mention):
    assert mention in mentions(text)


def test_what_goes_on_has_the_source_of_what_it_goes_on_with():
    text = "« Le pont est fermé », a dit Léa Roux. Et d’ajouter : « Il rouvrira mardi. »"
    assert names(text) == [["Léa Roux"], ["Léa Roux"]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Le Syndicat des avocats de France (SAF) manifeste. Selon le SAF, la loi est floue.",
            "Syndicat des avocats de France",
        ),
        (
            "Marine Le Pen est venue à Lille. « Il faut voter », a lancé la présidente du RN.",
            "Marine Le Pen",
        ),
        (
            "Le maire de Lille, Paul Durand, est venu. « Le pont est fermé », a dit le maire.",
            "Paul Durand",
        ),
        ("Marine Le Pen est à Lille. « Non », a ironisé Le Pen lundi.", "Marine Le Pen"),
        ("Léa Roux a parlé lundi. Mme Roux a affirmé que le pont était fermé.", "Léa Roux"),
    ],
)
def test_a_mention_stands_for_the_fullest_name(text, name):
    assert names(text)[-1] == [name]


@pytest.mark.parametrize("code", ["fr"])
def test_a_given_name_has_one_gender(code):
    assert given_names(code)["lea"] == "Fem"
    assert given_names(code)["paul"] == "Masc"


@pytest.mark.parametrize(
    ("mention", "name"),
    [
        ("L’un de ses proches", "un de ses proches"),
        ("Une de ses tantes", "une de ses tantes"),
        ("Certains de ses anciens camarades", "anciens camarades"),
        ("Plusieurs des manifestants", "manifestants"),
    ],
)
def test_a_part_of_several_is_named_by_what_it_is_a_part_of(mention, name):
    assert names(f"Le ciel est bleu. {mention} affirme que le budget est voté.") == [[name]]


def test_no_pronoun_and_no_determiner_is_a_name():
    text = "Certains affirment que le pont est fermé. À leurs yeux, il est vieux. Elle dit non."
    found = [name for each in names(text) for name in each]
    assert not [name for name in found if re.fullmatch(r"(?i)certains|leurs?|s|elle|il", name)]


def discourse(text):
    doc = extractor().nlp(text)
    return Discourse(Tree(doc, "fr"), Registry.bundled()), doc


def test_a_pronoun_cannot_stand_for_itself():
    found, doc = discourse("Léa Roux est venue. Elle dit que le pont est fermé.")
    pronoun = found.reader.mention([next(t.i for t in doc if t.text == "Elle")])
    assert pronoun.kind == PRONOUN
    kinds = {choice.kind for choice in found.choices(pronoun)}
    assert kinds
    assert ITSELF not in kinds


def test_a_source_of_an_earlier_claim_can_be_meant():
    found, doc = discourse("Sa voisine parle. Elle dit que le pont est fermé.")
    found.spoke(["voisine"], [0, 1])
    pronoun = found.reader.mention([next(t.i for t in doc if t.text == "Elle")])
    assert ("voisine",) in [choice.names for choice in found.choices(pronoun)]


@pytest.mark.parametrize(
    ("text", "pronoun", "meant", "not_meant"),
    [
        ("Les manifestants arrivent avec un chien.", "Ils", "manifestants", "chien"),
        ("Un avocat attend les témoins.", "Il", "avocat", "témoins"),
        ("Une avocate attend un témoin.", "Elle", "avocate", "témoin"),
    ],
)
def test_a_pronoun_can_stand_for_a_noun_that_has_not_spoken(text, pronoun, meant, not_meant):
    found, doc = discourse(f"{text} {pronoun} dit que le pont est fermé.")
    place = [t.i for t in doc if t.text == pronoun]
    names = {choice.names for choice in found.choices(found.reader.mention(place))}
    assert (meant,) in names
    assert (not_meant,) not in names


def test_a_noun_that_is_far_back_is_not_meant():
    text = "Les manifestants arrivent. " + "Le ciel est bleu. " * 9 + "Ils disent que tout va bien."
    found, doc = discourse(text)
    place = [t.i for t in doc if t.text == "Ils"]
    assert "manifestants" not in {c.names[0] for c in found.choices(found.reader.mention(place))}


@pytest.mark.parametrize(
    ("text", "acronym", "name"),
    [
        ("Le Syndicat des avocats de France (SAF) parle.", "saf", "Syndicat des avocats de France"),
        (
            "Le parquet national financier enquête. Le PNF parle.",
            "pnf",
            "parquet national financier",
        ),
        ("La Société des journalistes proteste. La SDJ parle.", "sdj", "Société des journalistes"),
        (
            "L’Institut wallon de l’évaluation, de la prospective et de la statistique (IWEPS) parle.",
            "iweps",
            "Institut wallon de l’évaluation, de la prospective et de la statistique",
        ),
        # Neither people nor words that stand in two sentences.
        ("Paul Sartre est là. Le PS parle.", "ps", None),
        ("Il est au parquet. National et financier, le PNF parle.", "pnf", None),
        ("Le parti du gouvernement perd. Le PDG parle.", "pdg", None),
        ("L’image du festival prévu près du lac change. L’IFPL parle.", "ifpl", None),
        (
            "Les chiffres publiés jeudi par le comité régional du tourisme sont bons. Le CRT est content.",
            "crt",
            "comité régional du tourisme",
        ),
    ],
)
def test_an_acronym_is_another_name_of_the_words_whose_initials_it_is(text, acronym, name):
    found, _ = discourse(text)
    assert [e.name for e in found.entities.values() if acronym in e.aliases] == [name] * bool(name)


@pytest.mark.parametrize(
    ("pronoun", "able"), [("elle", {"CGT"}), ("il", {"PS"}), ("ils", {"CGT", "PS", "Républicains"})]
)
def test_a_pronoun_agrees_with_the_determiner_of_an_organization(pronoun, able):
    found, doc = discourse(
        f"La CGT, le PS et les Républicains sont venus. Hier, {pronoun} a dit que tout va bien."
    )
    place = [t.i for t in doc if t.text == pronoun]
    names = {choice.names[0] for choice in found.choices(found.reader.mention(place))}
    assert names & {"CGT", "PS", "Républicains"} == able


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("Léa Roux (université de Lyon) et Paul Durand ont publié un rapport.", "Léa Roux; Paul Durand"),
        ("Le ministre de l’Intérieur, Paul Durand, et la maire, Léa Roux, sont venus.",
         "Paul Durand; Léa Roux"),
        ("La CGT, FO et la CFDT appellent à la grève.", "CGT; FO; CFDT"),
        # Neither by a preposition, nor by a verb, nor without a conjunction.
        ("Léa Roux, amie de Paul Durand, a écrit et Marie Curie a lu.", None),
        ("Léa Roux, Paul Durand.", None),
    ],
)  # fmt: skip
def test_those_who_are_named_together_can_be_meant_together(text, several):
    found, _ = discourse(text)
    assert [e.name for e in found.entities.values() if e.kind == MANY] == [several] * bool(several)


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        (
            "Selon Attac, la CGT, la FSU et Solidaires, le texte est mauvais.",
            ["Attac", "CGT", "FSU", "Solidaires"],
        ),
        (
            "« Le pont est fermé », ont précisé trois riverains, Paul Durand (venu du Var), "
            "Léa Roux (Lyon) et Hugo Blanc (Eure).",
            ["Paul Durand", "Léa Roux", "Hugo Blanc"],
        ),
        (
            "D’après le préfet et le secrétaire d’État Hugo Roux, le pont est fermé.",
            ["préfet", "Hugo Roux"],
        ),
        (
            "En Belgique, Paul Durand et d’autres élus affirment que le pont est fermé.",
            ["Paul Durand", "d’autres élus"],
        ),
    ],
)
def test_everybody_in_a_list_of_sources_is_one(text, sources):
    assert names(text) == [sources]


@pytest.mark.parametrize("row", rows("fr", "numerals", WordsRow), ids=lambda row: row.id)
def test_as_many_as_a_mention_counts_can_be_meant(row):
    def counted_out(text):
        found, doc = discourse(text)
        start = text.index("Les ")
        end = text.index(" affirment")
        mention = found.reader.mention([t.i for t in doc if start <= t.idx < end])
        return [
            block["numeral"]
            for choice in found.choices(mention)
            if len(choice.names) > 1
            for block in choice.blocks
            if "numeral" in block
        ]

    assert "True" in counted_out(row.example)
    assert "True" not in counted_out(row.counterexample)


def test_a_surname_alone_has_the_roles_of_its_bearer():
    text = "Castaner dort. Guillaume dort. Le ministre de l’Intérieur dort."
    found, _ = discourse(text)
    roles = {name: found.entities[name].roles for name in ("castaner", "guillaume")}
    assert frozenset({"ministre", "interieur"}) in roles["castaner"]
    assert frozenset({"ministre", "interieur"}) not in roles["guillaume"]


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("Selon le procureur, Paul Durand et Léa Roux ont volé la banque.", "le procureur"),
        ("Le directeur, accusé d’avoir frappé Léa Roux, nie les faits.", "Le directeur"),
    ],
)
def test_a_noun_is_nobody_of_whom_it_tells(text, mention):
    found, doc = discourse(text)
    start = text.index(mention)
    tokens = [t.i for t in doc if start <= t.idx < start + len(mention)]
    content = frozenset(t.i for t in doc if t.idx > start + len(mention) + 1)
    people = {choice.names for choice in found.choices(found.reader.mention(tokens), content)}
    assert people.isdisjoint({("Paul Durand",), ("Léa Roux",)})


@pytest.mark.parametrize("noun", ["entreprises", "rapports", "mille signataires", "chaînes"])
def test_two_things_are_no_two_people(noun):
    found, doc = discourse(
        f"Paul Roux et Léa Blanc dorment. Les deux {noun} affirment qu’il pleut."
    )
    start = next(t.i for t in doc if t.text == "Les")
    mention = found.reader.mention(range(start, start + 2 + len(noun.split())))
    blocks = [b for c in found.choices(mention) if len(c.names) > 1 for b in c.blocks]
    assert "True" not in {block.get("numeral") for block in blocks}


def test_nobody_with_a_first_name_or_a_title_is_a_country():
    kinds = {
        speaker.name: speaker.kind
        for text in (
            "« Le pain est cher », a déclaré Maurice.",
            "« Le pont est sûr », a dit Mme Grenade à Lyon.",
            "« Le pont est sûr », a déclaré Berlin.",
        )
        for claim in claims.extract(text)
        for speaker in claim.speakers
    }
    assert kinds.pop("Berlin") == "government"
    assert "government" not in kinds.values()


def test_two_who_are_new_are_not_those_named_before():
    found, doc = discourse("Paul Roux et Léa Blanc dorment. Deux ministres affirment qu’il pleut.")
    mention = found.reader.mention([t.i for t in doc if t.text in ("Deux", "ministres")])
    assert not any("numeral" in block for c in found.choices(mention) for block in c.blocks)


def test_those_whom_no_conjunction_joins_can_be_meant_together():
    found, doc = discourse(
        "L’avocat Hugo Roux, le député de Lyon Paul Durand, le sculpteur Jean Blanc signent. "
        "Les trois signataires dorment."
    )
    mention = found.reader.mention([t.i for t in doc if t.text in ("Les", "trois", "signataires")])
    assert ("Hugo Roux", "Paul Durand", "Jean Blanc") in [c.names for c in found.choices(mention)]


def test_a_name_in_lower_case_can_be_meant_by_a_pronoun():
    found, doc = discourse("La marche des « gilets jaunes » dure. Ces derniers mentent.")
    pronoun = found.reader.mention([t.i for t in doc if t.text in ("Ces", "derniers")])
    assert ("gilets jaunes",) in [choice.names for choice in found.choices(pronoun)]


def test_what_stands_between_commas_after_a_name_is_said_of_it():
    found, _ = discourse("Sollicitée par le préfet, Léa Roux, la présidente du club, a menti.")
    assert "président" in {noun[:9] for noun in found.entities["lea roux"].heads}


@pytest.mark.parametrize("row", rows("fr", "documents", WordsRow), ids=lambda row: row.id)
def test_a_document_is_named_in_its_example_only(row):
    def lemmas(text):
        return {token.lemma_ for token in extractor().nlp(text)}

    assert lemmas(row.example) & set(row.words.split())
    assert not lemmas(row.counterexample) & set(row.words.split())


@pytest.mark.parametrize("word", sorted(word_set("fr", "pronouns")))
def test_a_pronoun_taken_for_a_noun_is_no_name(word):
    found, doc = discourse(f"Le projet est connu. D’après {word}, le budget est voté.")
    for token in (t for t in doc if t.text == word):
        token.pos_ = "NOUN"
    found = Discourse(Tree(doc, "fr"), Registry.bundled())
    pronoun = found.reader.mention([t.i for t in doc if t.text == word])
    assert pronoun.kind in (PRONOUN, INDEFINITE)
    assert ITSELF not in {choice.kind for choice in found.choices(pronoun)}


@pytest.mark.parametrize("row", rows("fr", "pronouns", WordsRow), ids=lambda row: row.id)
def test_the_example_of_pronouns_has_one(row):
    listed = set(row.words.split())
    assert listed & {token.lower_ for token in extractor().nlp(row.example)}
    assert not listed & {token.lower_ for token in extractor().nlp(row.counterexample)}


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Le maire de Lyon, Paul Durand, et le préfet, Hugo Roux, dorment.", "Hugo Roux"),
        ("Paul Durand dort. Le préfet Hugo Roux dort.", "Hugo Roux"),
        ("Marie dort. Les amis, Paul Durand et Hugo Roux, dorment.", "Paul Durand; Hugo Roux"),
        ("Hugo Roux dort. Le fils de Paul Durand dort.", None),
    ],
)
def test_a_mention_with_a_name_of_its_own_stands_for_nobody_else(text, own):
    found, doc = discourse(text)
    start = text.casefold().rindex("le")
    end = text.rindex("," if ", dorment" in text else " dort")
    mention = found.reader.mention([t.i for t in doc if start <= t.idx < end])
    people = {"; ".join(c.names) for c in found.choices(mention) if c.kind != ITSELF}
    assert (people == {own}) if own else ("Paul Durand" not in people)


@pytest.mark.parametrize("row", rows("fr", "noun_classes", WordsRow), ids=lambda row: row.id)
def test_nouns_of_a_class_can_mean_the_same(row):
    classes = noun_classes("fr")

    def shared(text):
        lemmas = [token.lemma_ for token in extractor().nlp(text)]
        one, other = (classes[lemma] for lemma in lemmas if lemma in classes)
        return one & other

    assert row.id in shared(row.example)
    assert not shared(row.counterexample)


@pytest.mark.parametrize(
    ("mention", "able"),
    [("La ministre", False), ("Le ministre", True), ("La figure du parti", True)],
)
def test_a_woman_s_office_is_no_man_s(mention, able):
    found, doc = discourse(f"Paul Durand est venu. {mention} dort.")
    start = next(t.i for t in doc if t.text in ("La", "Le"))
    place = found.reader.mention(range(start, start + len(mention.split())))
    assert (("Paul Durand",) in [c.names for c in found.choices(place)]) == able


def test_on_can_stand_for_whoever_is_asked_where_its_verb_says():
    found, doc = discourse("Le préfet dort. Deux blessés, indique-t-on à la mairie de Lyon.")
    pronoun = found.reader.mention([next(t.i for t in doc if t.lower_.endswith("-on"))])
    asked = {choice.names[0] for choice in found.choices(pronoun) if choice.kind == ISSUER}
    assert asked == {"mairie de Lyon"}


def test_a_medium_that_the_parser_takes_for_a_person_is_none():
    text = "La revue Lung Cancer dort. Selon Lung Cancer, le tabac tue."
    assert {s.kind for c in claims.extract(text) for s in c.speakers}.isdisjoint({"person"})
    assert "person" not in {e.kind for e in discourse(text)[0].entities.values()}


def test_whoever_is_of_a_class_with_a_noun_is_told_from_others():
    found, doc = discourse("Le syndicat Zorvex et la radio Ouest FM dorment. La centrale ment.")
    centrale = found.reader.mention([t.i for t in doc if t.text in ("La", "centrale")])
    classes = {
        choice.names[0]: block["class_shared"]
        for choice in found.choices(centrale)
        for block in choice.blocks
        if "class_shared" in block
    }
    assert classes == {"Zorvex": 1, "Ouest FM": 0}


def test_what_a_noun_stood_for_before_is_counted():
    found, doc = discourse("Le député Paul Durand est venu. L’élu dit que le pont est fermé.")
    elected = found.reader.mention([t.i for t in doc if t.text in ("L’", "élu")])
    choices = found.choices(elected)
    told = counted(choices, {"élu député": (30, 40), "élu itself": (5, 40)})
    rates = {
        c.names: float(row[-1].get("said_rate", 0)) for c, row in zip(choices, told, strict=True)
    }
    assert rates["Paul Durand",] > 0.7 > rates["élu",]


def test_a_document_speaks_for_whom_its_complement_names_and_an_office_does_not():
    def issuers(text, word):
        found, doc = discourse(text)
        noun = next(t for t in doc if t.text == word)
        tokens = [t.i for t in noun.subtree]
        kinds = [(c.kind, c.names) for c in found.choices(found.reader.mention(tokens))]
        return [names for kind, names in kinds if kind == ISSUER]

    text = "Selon un {} de la préfecture, le pont est fermé."
    assert issuers(text.format("bilan"), "bilan") == [("préfecture",)]
    assert issuers(text.format("agent"), "agent") == []


def test_people_who_are_coordinated_are_a_speaker_each():
    text = "Jean Petit, Paul Grand et Anne Roux ont affirmé que la loi sera votée."
    assert names(text) == [["Jean Petit", "Paul Grand", "Anne Roux"]]


def test_a_role_is_somebody_s_in_its_months_only():
    entry = Registry.bundled().speaker("Édouard Philippe")
    assert entry is not None
    role = next(role for role in entry.roles if role.text == "premier ministre")
    assert role.at("2018-12-06")
    assert role.at(None)
    assert not role.at("2022-01-01")


@pytest.mark.parametrize("medium", ["Le Monde", "La Croix", "L’Express"])
def test_a_medium_keeps_the_article_of_its_name(medium):
    assert names(f"La loi est votée, écrit {medium}.") == [[medium.replace("’", "'")]]


@pytest.mark.parametrize(
    ("mention", "own"),
    [("la préfecture du Cher", True), ("le maire de Lyon", False), ("la Haute Autorité", True)],
)
def test_an_office_without_a_name_is_somebody_else_in_another_article(mention, own):
    texts = (f"La loi est votée, affirme {mention}.", f"Tout va bien, a affirmé lundi {mention}.")
    first, second = ({s.id for c in claims.extract(t) for s in c.speakers} for t in texts)
    assert first
    assert (first == second) == own


SEEDS = sorted((Path(__file__).parent.parent / "seeds" / "articles").glob("*.txt"))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_how_many_mentions_are_weighed_at_once_changes_nothing(path, monkeypatch):
    text = path.read_text(encoding="utf-8")
    together = claims.extract(text)
    monkeypatch.setattr(resolving, "AT_ONCE", 1)
    monkeypatch.setattr(sources, "AT_ONCE", 1)
    assert claims.extract(text) == together


def test_what_was_supposed_of_an_article_can_be_taken_back():
    found, doc = discourse("Sa voisine parle. Elle dit que le pont est fermé. Elle dort.")
    pronoun = found.reader.mention([next(t.i for t in doc if t.text == "Elle")])
    state, before = found.state, found.choices(pronoun)
    found.spoke(["voisine"], [0, 1])
    assert found.choices(pronoun) != before
    found.back(state)
    assert found.choices(pronoun) == before


def test_the_way_between_words_is_told_from_what_is_above_both():
    doc = extractor().nlp("Le maire de Lyon affirme que le pont ferme. Tout va bien.")
    tree = Tree(doc, "fr")
    at = {token.text: token.i for token in doc}
    ways = sources.Ways(tree, at["affirme"])
    way = ways.to(at["Lyon"])
    assert way == ("|nsubjvnmod", 0, 2)
    assert ways.to(at["Lyon"]) == way
    assert sources.Ways(tree, at["Lyon"]).to(at["affirme"]) == ("nmod^nsubj|", 2, 0)
    assert ways.to(at["bien"])[0] == "apart"


def test_of_very_many_names_those_nearest_are_weighed(monkeypatch):
    text = (
        "Léa Roux, maire de Lyon, a dit que le pont est fermé. « Il est vieux », a ajouté Paul "
        "Durand. Selon la CGT, la route est coupée. La maire affirme que tout va bien. Le syndicat "
        "dit que non. Elle a répondu que si."
    )
    usual = names(text)
    monkeypatch.setattr(antecedents, "MOST", 2)
    monkeypatch.setattr(antecedents, "MOST_HEARD", 0)
    assert names(text) == usual
    monkeypatch.setattr(antecedents, "BEFORE", 0)
    monkeypatch.setattr(antecedents, "AFTER", 0)
    assert names(text) != usual


def test_a_sentence_without_an_end_is_read_near_each_cue(monkeypatch):
    text = f"{'le pont, ' * 30}le maire affirme que le pont est fermé."
    usual = names(text)
    monkeypatch.setattr(sources, "LONGEST", 20)
    monkeypatch.setattr(sources, "FARTHEST", 10)
    assert names(text) == usual == [["maire"]]


def test_a_name_of_thousands_of_words_takes_no_more_memory_than_its_length():
    doc = extractor().nlp(" ".join(f"Nom{n}" for n in range(3000)))
    doc.set_ents([Span(doc, 0, len(doc), label="PER")])
    tree = Tree(doc, "fr")
    tracemalloc.start()
    try:
        found = entities(tree)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found) >= 1
    assert most < 10_000_000
