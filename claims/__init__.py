"""Who said what in the news, through whom, and with what stance.

Data flows from top to bottom; each part imports only what stands above it.

    errors.py       the tree of exceptions
    model.py        the records: Article, Claim, Span, Speaker, Outlet
    language.py     the data of a language: tables of rows with examples
    countries.py    countries, their governments and capitals, and their adjectives
    registry.py     people, governments and media known by name
    calendar.py     the words for months and days
    zones.py        which characters are headline, body, caption, comment
    reading/        files, archives and addresses to articles: parts.py (what every reader is given), kinds.py
                    (the registry), encoding.py, languages.py (which one), publishers.py (who publishes, whose wire),
                    text.py, records.py, tables.py, jsonl.py, jsonfile.py, csvfile.py, sqlitefile.py, parquet.py,
                    metadata.py (of pages), html.py, gzipped.py, zipped.py, warc.py, robots.py, sniffing.py (what
                    a server sends), connections.py, fetching.py, feeds.py, addresses.py,
                    feedfile.py
    backend.py      what multiplies the matrices of the networks
    columns.py      the tokens of a Doc as lists
    tokenizer.py    texts to words, alike however they are printed
    lemmatizer.py   words to lemmas, as a part of the parser
    parser.py       the spaCy pipeline that parses: ours, or one that the user names
    inference.py    how ours is run
    components/     articles to spans, as spaCy components: relations.py (what they hand on),
                    quotations.py, sentences.py, phrases.py, chunks.py, given_names.py, names.py,
                    parting.py, people.py and lists.py (what parsers join and tear apart), syntax.py, cues.py,
                    media.py, attributions.py (frames), trees.py, candidates.py, profiles.py,
                    arrays.py, networks.py, sheets.py (features as columns), encodings.py and models.py (what is
                    learned), tokens.py and contents.py (of many candidates at once), cue_features.py,
                    rates.py, features.py, decisions.py, sources.py, denials.py, entities.py, meanings.py,
                    mention_features.py, scenes.py, antecedents.py, mentions.py, outlets.py, stances.py,
                    targets.py, dates.py, links.py
    pipeline.py     the spaCy pipeline of a language
    extraction.py   spans to claims
    jobs.py         the same on several cores
    engines/        the same wherever it runs: processes.py (this machine), dask.py (a cluster)
    shards.py       the same into a folder, which a run that was stopped goes on with
    progress.py     how far a run is
    grouping/       claims to what is alike across articles: copies.py (of articles), terms.py (words as they are compared),
                    pairs.py (by which they are looked up), likeness.py (the same words), meaning.py,
                    comparing.py, matters.py (one matter, and its sides)
    reviews.py      what people say of claims
    citations/      a claim as a citation: parts.py, ris.py, csljson.py, bibtex.py, jsonld.py, annotation.py,
                    markdown.py, spreadsheet.py (CSV), references.py (ISO 690, APA), atom.py (feeds)
    store/          claims to SQLite: tallies.py (what is counted), tables.py, rows.py, names.py,
                    reviewing.py, index.py (claims that could be alike), recent.py (those that are new), members.py, copies.py, groups.py, writing.py,
                    versions.py (of articles), feeds.py (what was read), loading.py, selecting.py (claims for citations), checks.py
    watching.py     feeds to SQLite, again and again
    corrections.py  what a person says on the command line, to reviews
    comparison.py   what several speakers say, side by side
    filters.py      what a person asks for on the command line, to claims
    datasette/      the pages: ours.py (which databases are of claims, and who may see them), labels.py,
                    charts.py, pages/ (what each page shows: query.py, passages.py, claim.py, article.py, speaker.py,
                    outlet.py, front.py, lists.py, compared.py), renderers.py (files of citations), site.py,
                    cells.py, views.py, guard.py (headers, robots), remembered.py (counts), serving.py
    evaluation/     gold against predicted: gold.py (what is read), judgements.py, figures.py,
                    reports.py
    schema.py       the JSON Schemas of the records
    cli.py          the command line

From Python, `claims.extract(text)` gives the claims of a text.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claims.model import Article, Claim

__all__ = ["extract"]


def extract(text: "str | Article", *, language: str = "fr") -> "tuple[Claim, ...]":
    """The claims that a text attributes to somebody, in text order.

    The pipeline is built at the first call and kept.

    Args:
        text: an article's text, or an `Article`.
        language: code of its language.

    Returns:
        The claims; only a denial shares its content with what it denies. Nothing is found in captions, credits,
        related links and reader comments.

    Raises:
        LanguageError: if there is no data for the language.

    >>> claim, = extract("« Le budget est voté », a déclaré la ministre Marie Curie à l’AFP.")
    >>> claim.text, claim.cue.lemma, claim.speakers[0].name, claim.outlets[0].name
    ('Le budget est voté', 'déclarer', 'Marie Curie', 'AFP')
    """
    from claims.extraction import extractor
    from claims.model import Article

    article = Article.make(text, language=language) if isinstance(text, str) else text
    return extractor(language).claims(article)
