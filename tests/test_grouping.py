"""Whether two contents are the same words, how they differ, and whether they are of one matter."""

import json
import time
from pathlib import Path
from zlib import crc32

import pytest
from threadpoolctl import threadpool_limits

from claims.grouping.comparing import (
    NOBODY_NAMED,
    ONE_MATTER,
    OTHERS,
    SHARED_NAME,
    Comparer,
    together,
)
from claims.grouping.copies import runs
from claims.grouping.likeness import likeness, told_changes
from claims.grouping.matters import Side, is_against, is_denied, is_plain, shared, side_of
from claims.grouping.terms import NegationRow, OppositesRow, SpellingRow, _spelt
from claims.language import WordsRow, rows
from claims.registry import Registry

GOLD = Path(__file__).parent / "gold"
FRENCH = Comparer("fr", Registry.bundled())


def claim(
    text="", *, by=("Léa Blanc",), stance="affirms", target=None, lemma="dire", rule="left", **more
):
    row = {"id": "0", "article_id": "a", "stance": stance, "cue_lemma": lemma, "target": target}
    row["rule"] = rule
    row |= {"speakers": json.dumps(by), "text": text, "published": None, **more}
    return FRENCH.compared(row)


def stems(text):
    return [term.stem for term in FRENCH.wording(text).terms]


@pytest.mark.parametrize("row", rows("fr", "spellings", SpellingRow), ids=lambda row: row.id)
def test_what_is_spelt_in_several_ways_is_compared_in_one(row):
    assert row.pattern.sub(row.plain, row.example) != row.example
    assert row.pattern.sub(row.plain, row.counterexample) == row.counterexample


@pytest.mark.parametrize("row", rows("fr", "spellings", SpellingRow), ids=lambda row: row.id)
def test_no_spelling_is_passed_over_that_a_text_has(row):
    for each in (row.example, f"{row.example}, {row.counterexample}", row.example.upper()):
        assert _spelt(each, [row]) == row.pattern.sub(row.plain, each)


@pytest.mark.parametrize("row", rows("fr", "negations", NegationRow), ids=lambda row: row.id)
def test_a_negation_is_counted_once(row):
    assert len(FRENCH.wording(row.example).negations) == 1
    assert not FRENCH.wording(row.counterexample).negations


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", set()),
        ("Oui", set()),
        ("… Oui", set()),
        (": oui ; non ?", {0, 1}),
        ("Il part. Elle reste : tant mieux !", {2, 4}),
        ("Le taux est de 3.5 pour tous ; 1,2 ailleurs", {7}),
    ],
)
def test_a_clause_begins_after_a_mark_and_not_within_a_number(text, places):
    assert FRENCH.wording(text).breaks == places


def test_scores_do_not_depend_on_how_many_cores_there_are():
    said = [f"Le pont numéro {n} de Valmire sera démonté pièce par pièce" for n in range(200)]
    pairs = [(claim(text), claim(said[0])) for text in said]
    found = []
    for cores in (1, 2, 4):
        with threadpool_limits(cores, user_api="blas"):
            found.append((FRENCH.same_words(pairs), FRENCH.same_matter(pairs)))
    assert found[0] == found[1] == found[2]


def test_a_run_is_five_words_whatever_their_case_and_marks():
    text = "Le pont, « fermé » : hier SOIR, ré-ouvre."
    words = ["le", "pont", "fermé", "hier", "soir", "ré", "ouvre"]
    assert runs(text) == {
        crc32(" ".join(words[at : at + 5]).encode()) for at in range(len(words) - 4)
    }
    assert runs("Le pont est fermé") == runs("") == frozenset()


@pytest.mark.parametrize("row", rows("fr", "particles", WordsRow), ids=lambda row: row.id)
def test_a_first_name_tells_nothing_before_a_surname_with_its_particle(row):
    name = FRENCH.terms.stem("Léa")
    assert name not in stems(row.example)
    assert name in stems(row.counterexample)


@pytest.mark.parametrize("row", rows("fr", "families", WordsRow), ids=lambda row: row.id)
def test_words_of_a_family_are_one_term_and_others_are_not(row):
    (family,) = {FRENCH.terms.stem(word) for word in row.words.split()}
    assert all(family in stems(sentence) for sentence in sentences(row.example))
    one, other = map(stems, sentences(row.counterexample))
    assert not (family in one and family in other and {*one} == {*other})


@pytest.mark.parametrize("row", rows("fr", "opposites", OppositesRow), ids=lambda row: row.id)
def test_opposites_speak_against_one_statement_and_others_do_not(row):
    for text, opposed in ((row.example, 1), (row.counterexample, 0)):
        one, other = map(FRENCH.wording, sentences(text))
        like = likeness(one, other)
        assert like is not None
        assert like.opposed == opposed


def test_contents_that_share_too_little_are_not_alike():
    one, other = map(FRENCH.wording, ("Le pont est fermé.", "Le pont est ouvert."))
    like = likeness(one, other)
    assert like is not None
    assert likeness(one, other, like.weight) == like
    assert likeness(one, other, like.weight + 0.1) is None


def sentences(text):
    one, other = text.removesuffix(".").split(". ")
    return one, other


def test_a_word_is_of_one_family():
    words = [word for row in rows("fr", "families", WordsRow) for word in row.words.split()]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("livrer des munitions", "la livraison de munitions"),
        ("« Les sœurs »", "LES SOEURS"),
        ("vingt et un millions d’euros", "21 M€"),
        ("Moscou", "la Russie"),
        ("les missiles nord-coréens", "les missiles de la Corée du Nord"),
        ("le 3 mars", "le 3 Mars"),
        ("ceux qui veulent le pont", "ceux qui voulaient le pont"),
        ("le navire a heurté le pont", "le bateau a percuté le pont"),
        ("le projet d’Anne Hidalgo", "le projet de Hidalgo"),
        ("les JO de Paris", "les Jeux olympiques de Paris"),
        ("la 7e puissance du 21ème siècle", "la septième puissance du 21e siècle"),
        ("la séance de 18h30", "la séance de 18 h 30"),
    ],
)
def test_what_means_the_same_has_the_same_terms(one, other):
    assert {*stems(one)} == {*stems(other)} != set()


def test_a_first_name_or_a_weapon_is_no_country():
    assert not [s for s in stems("Dominique Grenade a jeté une grenade") if s.startswith("@")]


SAME = [
    (
        "Nous avons fermé le pont de Valmire parce que ses piles ne tenaient plus",
        "que la commune avait fermé le pont de Valmire « parce que ses piles ne tenaient plus »",
    ),
    (
        "Le pont de Saint-Aubin restera fermé jusqu’au printemps prochain, et peut-être au-delà",
        "Le pont de Saint-Aubin restera fermé jusqu’au printemps prochain",
    ),
    (
        "Le chantier du tunnel coûtera vingt-deux millions d’euros à la commune",
        "Le chantier du tunnel coûtera 22 M€ à la commune",
    ),
    (
        "Cette usine fermera […] sans plan social ni reclassement des intérimaires",
        "Cette usine fermera avant Noël, comme prévu, sans plan social ni reclassement des intérimaires",
    ),
    # What is negated before a mark, or in a remark that one of them lacks, is not of what both say.
    (
        "Je ne partirai pas. La mairie rouvrira le pont de Valmire avant les crues de novembre",
        "La mairie rouvrira le pont de Valmire avant les crues de novembre",
    ),
    (
        "Aucun élu de Valmire n’a été informé de la vente du vieux pont",
        "Aucun élu de Valmire, et je dis bien aucun, n’a été informé de la vente du vieux pont",
    ),
]
OTHER = [
    ("Nous avons compté 84 000 manifestants entre la gare et la place Bellecour", "Nous avons compté 66 000 manifestants entre la gare et la place Bellecour"),
    ("Je n’exclus pas une hausse de la redevance audiovisuelle", "J’exclus une hausse de la redevance audiovisuelle"),
    ("Le pont de Saint-Aubin restera fermé jusqu’au printemps", "Les maires réclament un nouveau lycée depuis dix ans"),
    ("La hausse de la redevance des forains sera votée mardi soir par le conseil municipal", "La baisse de la redevance des forains sera votée mardi soir par le conseil municipal"),
    ("Nous ne paierons plus la redevance des forains du marché de Valmire", "Nous paierons plus tôt la redevance des forains du marché de Valmire"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_quotation_that_is_cut_marked_or_put_indirectly_is_the_same_words(one, other):
    (score,) = FRENCH.same_words(
        [(claim(one, published="2024-06-19"), claim(other, published="2024-06-20"))]
    )
    assert score > 0.5


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_number_or_a_negation_is_another_statement(one, other):
    assert FRENCH.same_words([(claim(one), claim(other))]) == [0.0]


def test_likeness_is_the_same_from_both_sides():
    for one, other in (*SAME, *OTHER):
        a, b = FRENCH.wording(one), FRENCH.wording(other)
        assert likeness(a, b) == pytest.approx(likeness(b, a)) or likeness(a, b) is None


def test_the_same_words_test_set_is_told_as_well_as_the_documentation_says():
    pairs = read("same_words.jsonl")
    days = {"a": "2024-06-19", "b": "2024-06-20"}
    both = [tuple(claim(p[side], published=days[side]) for side in "ab") for p in pairs]
    scores = FRENCH.same_words(both)
    told = [a.is_near(b) and bool(s) for (a, b), s in zip(both, scores, strict=True)]
    right = sum(t and p["same"] for t, p in zip(told, pairs, strict=True))
    f1 = 2 * right / (sum(told) + sum(p["same"] for p in pairs))
    assert f1 == pytest.approx(said("same words"), abs=0.011)


def test_the_same_matter_test_set_is_told_as_well_as_the_documentation_says():
    pairs = read("same_matter.jsonl")
    both = [
        tuple(
            claim(p[side]["text"], by=[p[side]["speaker"]], stance=p[side]["stance"])
            for side in "ab"
        )
        for p in pairs
    ]
    scores = FRENCH.same_matter(both)
    told = [p["same"] for p, score in zip(pairs, scores, strict=True) if score >= ONE_MATTER]
    assert sum(told) / len(told) == pytest.approx(said("same matter, precision"), abs=0.011)
    assert sum(told) / sum(p["same"] for p in pairs) == pytest.approx(
        said("same matter, recall"), abs=0.011
    )


def read(name):
    return [json.loads(line) for line in (GOLD / name).read_text(encoding="utf-8").splitlines()]


def said(row):
    page = (GOLD.parent.parent / "docs" / "comparing.md").read_text(encoding="utf-8")
    (line,) = (line for line in page.splitlines() if line.startswith(f"| {row} |"))
    return float(line.split("|")[2])


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("Le pont est beau", "Le pont est « beau »", ""),
        ("Le grand pont est beau", "Le pont est beau", "Le [-grand-] pont est beau"),
        ("Le pont est beau", "Le pont sera beau", "Le pont [-est-] {+sera+} beau"),
        (
            "Le pont qui relie la ville à la gare et au port est beau",
            "Le pont qui relie la ville à la gare et au port est laid",
            "… au port est [-beau-] {+laid+}",
        ),
        ("beau", "", "[-beau-]"),
    ],
)
def test_a_difference_in_wording_is_told_word_by_word(one, other, told):
    assert told_changes(one, other) == told


@pytest.mark.parametrize(
    ("one", "other", "whose"),
    [
        (["Christophe Castaner"], ["Castaner"], SHARED_NAME),
        (["Moscou"], ["Russie"], SHARED_NAME),
        (["Moscou"], ["Kiev"], OTHERS),
        (["Léa Blanc", "Paul Roux"], ["Paul Roux"], SHARED_NAME),
        (["Léa Blanc"], [], NOBODY_NAMED),
        (["Léa Blanc"], ["source policière"], NOBODY_NAMED),
    ],
)
def test_whether_speakers_can_be_one(one, other, whose):
    assert together(claim(by=one), claim(by=other)) == whose
    assert together(claim(by=other), claim(by=one)) == whose


def test_words_that_nobody_is_named_for_must_be_long():
    words = "la hausse des taxes sur les carburants"
    pairs = [(claim(words, by=["Léa Blanc"]), claim(words, by=["riverains"]))]
    assert FRENCH.same_words(pairs) == [0.0]


def test_a_phrase_that_comes_back_weeks_later_must_be_longer():
    words = "le retour des jours de carence à l’hôpital"
    near = [claim(words, published=day) for day in ("2024-06-19", "2024-06-20")]
    far = [claim(words, published=day) for day in ("2024-06-19", "2024-09-20")]
    (one,), (other,) = FRENCH.same_words([tuple(near)]), FRENCH.same_words([tuple(far)])
    assert one > 0.5 > other


@pytest.mark.parametrize(
    ("stance", "side"),
    [
        ("accuses", Side.ASSERTS),
        ("denies", Side.DENIES),
        ("questions", Side.DOUBTS),
        ("demands", Side.OTHER),
    ],
)
def test_a_stance_takes_a_side(stance, side):
    assert side_of(claim(stance=stance)) is side


def test_who_says_that_something_is_not_so_agrees_with_who_denies_it():
    denial = claim("tout risque de pénurie", stance="denies", by=["Paul Roux"], lemma="nier")
    assert is_denied(claim("il y a un risque de pénurie"), denial)
    assert not is_denied(claim("il n’y a pas de risque de pénurie"), denial)
    assert not is_denied(claim("Paul Roux a démenti tout risque de pénurie"), denial)
    assert not is_denied(
        claim("il y a un risque"), claim("le risque", stance="denies", lemma="écarter")
    )


@pytest.mark.parametrize(
    ("lemma", "text", "plain"),
    [
        ("nier", "avoir menti", True),
        ("se défendre", "avoir menti", True),
        ("rejeter", "la requête de la mairie", False),
        ("dire", "Nous n’avons rien vendu", True),
    ],
)
def test_who_rejects_a_request_denies_no_fact(lemma, text, plain):
    assert is_plain(claim(text, stance="denies", lemma=lemma)) is plain


def test_a_charge_is_against_its_target_by_name_or_country_or_whom_its_sentence_names():
    def denial(by, lemma="nier"):
        return claim("un accord commercial", stance="denies", by=[by], lemma=lemma)

    charge = claim("un accord d’armement", stance="accuses", by=["Séoul"], target="Pyongyang")
    assert is_against(charge, denial("Corée du Nord"), "")
    assert not is_against(charge, denial("Moscou"), "")
    other = claim("avoir volé du pain", stance="accuses", by=["Séoul"], target="Pyongyang")
    assert is_against(other, denial("Corée du Nord"), "")
    assert not is_against(other, denial("Corée du Nord", lemma="écarter"), "")
    nobody = claim("avoir signé un accord", stance="accuses", by=[])
    assert is_against(nobody, denial("Paul Roux"), "M. Roux, accusé d’avoir signé, dort.")
    assert not is_against(nobody, denial("Paul Roux"), "Le maire est accusé d’avoir signé.")


def test_the_words_that_two_claims_share_are_told_the_rarest_first():
    one, other = (
        FRENCH.wording(t) for t in ("livrer des munitions à la Russie", "des munitions pour Moscou")
    )
    assert shared(one, other) == "munitions, Russie"


@pytest.mark.parametrize(
    "text", ["\u037a", "\ufc5e", "😀", "1.000.000.000", "", "𝟙𝟚", "²³", "N. n° St"]
)
def test_any_character_can_stand_in_a_content(text):
    assert FRENCH.wording(f"le pont {text} tient").words
    FRENCH.same_words([(claim(text), claim(f"{text} et {text}"))])


def test_very_long_contents_are_compared_in_time():
    long = " ".join(f"mot{n % 700} pont{n % 900}" for n in range(4000))
    start = time.perf_counter()
    FRENCH.same_words([(claim(long), claim(f"{long} fin"))])
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize("day", ["2024-02-31", "2024-06", "2024", "2024-06-19T10:00"])
def test_any_date_can_be_compared(day):
    words = "Le pont de Saint-Aubin restera fermé jusqu’au printemps prochain"
    both = (claim(words, published=day), claim(words, published="2024-06-20"))
    assert FRENCH.same_words([both])[0] > 0.5


@pytest.mark.parametrize(
    ("days", "by", "near"),
    [
        (("2024-06-19", "2024-06-20"), "Léa Blanc", True),
        (("2024-06-19", None), "Léa Blanc", True),
        (("2024-06-19", "2025-06-20"), "Léa Blanc", False),
        (("2024-06-19", "2024-06-20"), "Paul Roux", True),
        (("2024-06-19", "2025-06-20"), "Paul Roux", False),
    ],
)
def test_what_shares_common_words_is_compared_only_within_a_week(days, by, near):
    one = claim("La mairie a fermé le pont", published=days[0])
    other = claim("Le pont sera fermé mardi par la mairie", by=[by], published=days[1])
    assert one.is_near(other) == other.is_near(one) == near


def test_what_shares_rare_words_is_compared_whenever_it_was_said():
    one = claim("Le funiculaire de Valmire déraille souvent", published="2020-01-01")
    for by in ("Léa Blanc", "Paul Roux"):
        other = claim("Ce funiculaire de Valmire est neuf", by=[by], published="2024-06-19")
        assert one.is_near(other)


def test_a_speaker_is_no_word_of_a_content():
    said = claim("Blanc veut un pont", by=["Léa Blanc"])
    by_speaker, by_words = said.pairs
    assert by_speaker.stems.keys().isdisjoint(by_words.stems)


def test_what_words_weigh_does_not_depend_on_the_order_in_which_they_come():
    """Sets of words come in another order in each process, and what is near must not."""
    said = claim("Le vieux pont de bois de Valmire sera démonté pièce par pièce avant novembre")
    stems = sorted(said.wording.weights)
    orders = [[*stems[turn:], *stems[:turn]] for turn in range(len(stems))]
    assert len({said.weight(order) for order in orders}) == 1
    weights = [said.wording.weights[stem] for stem in stems]
    assert len({sum([*weights[turn:], *weights[:turn]]) for turn in range(len(weights))}) > 1
