import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from claims import model
from claims.model import (
    Article,
    Claim,
    ClaimType,
    Cue,
    Outlet,
    OutletRole,
    Problem,
    Range,
    Record,
    Span,
    Speaker,
    Stance,
    Zone,
    ZoneKind,
    claim_id,
    named_speaker_id,
    outlet_id,
    unnamed_speaker_id,
)

ARTICLE = Article(id="a", text="« Oui », a dit M. Poutine à l’AFP, « c’est l’été 🌞 ».")


def span(words, kind=Span, article=ARTICLE, **fields):
    start = article.text.index(words)
    return kind(start=start, end=start + len(words), text=words, **fields)


def claim(article=ARTICLE, content=None, **fields):
    return Claim.of(
        article,
        content or [span("Oui"), span("c’est l’été 🌞")],
        **{
            "type": ClaimType.DIRECT,
            "cue": span("dit", Cue, lemma="dire"),
            "speaker": span("M. Poutine"),
            "speakers": (Speaker(id="s", name="Vladimir Poutine", kind=None),),
            "outlets": (Outlet(id="o", name="AFP", role=OutletRole.TOLD_TO, start=30, end=33),),
            "stance": Stance.AFFIRMS,
            "rule": "test",
            "context": Range(start=0, end=len(article.text)),
            **fields,
        },
    )


def records():
    return [
        value
        for value in vars(model).values()
        if isinstance(value, type) and issubclass(value, Record) and value is not Record
    ]


@pytest.mark.parametrize("kind", records())
def test_every_field_of_every_record_is_described(kind):
    assert kind.__doc__
    assert [n for n, field in kind.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    "record",
    [
        ARTICLE,
        claim(),
        span("Oui"),
        Zone(start=0, end=1, kind=ZoneKind.BODY),
        Problem(source="x.txt", reason="it is empty"),
    ],
    ids=lambda record: type(record).__name__,
)
def test_records_neither_change_nor_take_what_they_do_not_know(record: BaseModel):
    field = next(iter(type(record).model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(record, field, getattr(record, field))
    with pytest.raises(ValidationError, match=r"surprise\n.*not permitted"):
        type(record).model_validate(
            {**record.model_dump(), "surprise": 1}, context={"article": ARTICLE}
        )


def test_a_claim_joins_its_fragments_and_keeps_their_places():
    made = claim()
    assert made.article_id == "a"
    assert made.text == "Oui […] c’est l’été 🌞"
    assert [ARTICLE.text[s.start : s.end] for s in made.content] == ["Oui", "c’est l’été 🌞"]


def test_ids_are_the_same_on_every_machine():
    assert claim().id == "afba0c0b9e2182d4"
    assert Article.make("Il pleut.").id == "dcd4cedb7890da22"
    assert Article.make("Il pleut.", url="https://example.org/1").id == "1e372db738f5d666"
    assert named_speaker_id("Vladimir Poutine") == "444657d96f3b1c35"
    assert unnamed_speaker_id("a", "source policière") == "9257113e0986434e"
    assert outlet_id("RIA Novosti") == "a524c3a28472be1a"


def test_an_id_is_of_the_content_and_nothing_else():
    other = claim(cue=None, speaker=None, stance=Stance.DENIES, rule="a better one")
    assert other.id == claim().id
    assert claim(content=[span("Oui")]).id != claim().id
    assert claim_id("b", claim().content) != claim().id


def test_one_name_however_written_is_one_speaker_and_a_nameless_one_is_of_its_article():
    assert named_speaker_id("L’Élysée") == named_speaker_id("l'elysee")
    assert unnamed_speaker_id("a", "source") != unnamed_speaker_id("b", "source")
    assert named_speaker_id("AFP") != outlet_id("AFP")


def test_the_reader_s_own_article_id_is_kept():
    assert Article.make("Il pleut.", id="x/1").id == "x/1"


SHIFTED = {"start": 0, "end": 3, "text": "Oui"}


@pytest.mark.parametrize(
    "fields",
    [
        {"content": [Span(**SHIFTED)]},
        {"cue": Cue(**SHIFTED, lemma="dire")},
        {"speaker": Span(**SHIFTED)},
        {"target": Span(**SHIFTED)},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_words_that_do_not_stand_there_make_no_claim(fields):
    with pytest.raises(ValidationError, match=r"'Oui' does not stand at \[0, 3\)"):
        claim(**fields)


@pytest.mark.parametrize(
    "place", [{"start": 5, "end": 5}, {"start": 6, "end": 5}, {"start": 0, "end": 1000}]
)
def test_an_outlet_or_a_context_outside_the_text_makes_no_claim(place):
    with pytest.raises(ValidationError, match="outside the article"):
        claim(outlets=[Outlet(id="o", name="AFP", role=OutletRole.RELAY, **place)])
    with pytest.raises(ValidationError, match=r"outside the article|empty or reversed"):
        claim(context=place)


def test_fragments_stand_in_text_order():
    with pytest.raises(ValidationError, match="out of order"):
        claim(content=[span("c’est l’été"), span("Oui")])
    with pytest.raises(ValidationError, match="overlap"):
        claim(content=[span("c’est l’été"), span("été")])


def test_a_claim_has_words():
    with pytest.raises(ValidationError, match="content"):
        Claim.model_validate({**claim().model_dump(), "content": []}, context={"article": ARTICLE})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": "Oui, c’est l’été"}, "text is not the fragments"),
        ({"id": "0" * 16}, "id is not that of"),
        ({"article_id": "b"}, "article_id 'b' is not that of 'a'"),
        ({"stance": "sings"}, "stance"),
        ({"said_on": "mardi"}, "said_on"),
    ],
)
def test_a_record_that_was_tampered_with_is_refused(fields, message):
    record = {**claim().model_dump(mode="json"), **fields}
    with pytest.raises(ValidationError, match=message):
        Claim.model_validate(record, context={"article": ARTICLE})


def test_a_claim_cannot_be_built_away_from_its_article():
    with pytest.raises(ValidationError, match="checked against its article"):
        Claim.model_validate(claim().model_dump())


@pytest.mark.parametrize(("start", "end", "text"), [(3, 3, ""), (4, 3, "a"), (0, 4, "Oui")])
def test_a_span_is_as_long_as_its_words(start, end, text):
    with pytest.raises(ValidationError):
        Span(start=start, end=end, text=text)


@pytest.mark.parametrize(
    "published", ["2024", "2024-06", "2024-06-20", "2024-06-20T08:30:00+02:00"]
)
def test_an_article_has_the_date_that_is_known_and_no_finer_one(published):
    assert Article(id="a", text="x", published=published).published == published


@pytest.mark.parametrize(
    "published", ["20 juin 2024", "2024-6", "", "2024-13", "2024-06-32", "٢٠٢٤"]
)
def test_what_is_no_date_is_refused(published):
    with pytest.raises(ValidationError, match="published"):
        Article(id="a", text="x", published=published)
    with pytest.raises(ValidationError, match="said_on"):
        claim(said_on=published)


@given(st.data())
def test_any_claim_of_any_text_is_the_same_after_json(data):
    text = data.draw(st.text(min_size=1, max_size=60), "text")
    article = Article.make(text)
    inside = st.integers(0, len(text))
    cuts = sorted(data.draw(st.lists(inside, min_size=2, unique=True), "cuts"))
    spans = [
        Span(start=a, end=b, text=text[a:b]) for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    made = Claim.of(
        article,
        spans,
        type=data.draw(st.sampled_from(ClaimType)),
        cue=Cue(**spans[0].model_dump(), lemma=data.draw(st.text())),
        speaker=data.draw(st.none() | st.sampled_from(spans)),
        target=data.draw(st.none() | st.sampled_from(spans)),
        speakers=[],
        outlets=[],
        stance=data.draw(st.sampled_from(Stance)),
        hedged=data.draw(st.booleans()),
        said_on="2024-06",
        rule="test",
        context=Range(start=0, end=len(text)),
    )
    again = Claim.model_validate_json(made.model_dump_json(), context={"article": article})
    assert again == made
    assert Article.model_validate_json(article.model_dump_json()) == article
    assert again.text.split(model.FRAGMENT_JOINT)[0].startswith(spans[0].text[:1])
    assert all(text[s.start : s.end] == s.text for s in again.content)
