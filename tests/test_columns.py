"""The lists of a Doc hold what its tokens say, one after the other."""

import pytest
from spacy.attrs import IS_PUNCT, LEMMA, ORTH

from claims import columns

TEXT = "Un titre\u00a0\n\n La ministre  Marie Curie, a-t-elle « démenti » ?\r\n\t Il dort, dit-on. "


@pytest.fixture(params=["", " \n", TEXT, "De qui a-t-il dit que la loi serait votée ? " * 3])
def doc(request, nlp):
    return nlp(request.param)


def test_they_are_as_the_tokens(doc):
    assert columns.texts(doc) == [token.text for token in doc]
    assert columns.lowers(doc) == [token.lower_ for token in doc]
    assert columns.strings(doc, LEMMA) == [token.lemma_ for token in doc]
    assert columns.numbers(doc, ORTH) == [token.orth for token in doc]
    assert columns.flags(doc, IS_PUNCT) == [token.is_punct for token in doc]
    assert columns.starts(doc) == [token.idx for token in doc]
    assert columns.text(doc) == doc.text


def test_heads_and_edges_are_as_the_tokens(doc):
    assert columns.heads(doc) == [token.head.i for token in doc]
    left, right = columns.edges(doc)
    assert left == [token.left_edge.i for token in doc]
    assert right == [token.right_edge.i for token in doc]


def test_branches_that_cross_have_their_edges(nlp):
    doc = nlp.make_doc("un deux trois quatre cinq")
    for token, head in zip(doc, (3, 4, 2, 2, 0), strict=True):
        token.head, token.dep = doc[head], doc.vocab.strings.add("dep")
    left, right = columns.edges(doc)
    # The third has the fourth, that the first, that the fifth, and that the second.
    assert left == [0, 1, 0, 0, 1]
    assert right == [4, 1, 4, 4, 4]
