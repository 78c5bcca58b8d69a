"""A claim as a BibTeX entry, for LaTeX and every reference manager."""

import re
from functools import cache

from pylatexenc.latexencode import (
    RULE_DICT,
    RULE_REGEX,
    UnicodeToLatexConversionRule,
    UnicodeToLatexEncoder,
)

from claims.citations.parts import (
    NOTHING,
    Known,
    date_parts,
    headline,
    note,
    shown,
    web_address,
)
from claims.model import Article, Claim

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BY_NAME = {
    # BibTeX counts braces even behind a backslash: one alone would never end the field.
    "{": "\\textbraceleft{}",
    "}": "\\textbraceright{}",
    "<": "\\textless{}",
    ">": "\\textgreater{}",
    "`": "\\textasciigrave{}",
    '"': '"',
}
_LIGATURES = re.compile("([-',])(?=\\1)")


def bibtex(article: Article, claim: Claim, known: Known = NOTHING) -> str:
    """One entry, `@article` where the publisher is known and else `@misc`.

    Its key is the claim's id; quotation, speaker and relaying media are its `note`. What LaTeX
    would act on is escaped by pylatexenc; all other characters are kept, in UTF-8. `date` keeps
    the precision that it has. The format has no newspaper article: for Zotero RIS keeps more.
    """
    year, month, *_ = (*date_parts(article), "", "")
    publisher = shown(article.publisher or "")
    fields = {
        "title": f"{{{_escaped(shown(headline(article)))}}}",
        "journal": _escaped(publisher),
        "date": "-".join(date_parts(article)),
        "year": year,
        "url": web_address(article.url),
        "language": article.language,
        "note": _escaped(note(article, claim)),
    }
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    if month:
        lines.append(f"  month = {_MONTHS[int(month) - 1]},\n")
    return f"@{'article' if publisher else 'misc'}{{{claim.id},\n{''.join(lines)}}}\n"


def _escaped(text: str) -> str:
    return str(_encoder().unicode_to_latex(text))


@cache
def _encoder() -> UnicodeToLatexEncoder:
    named = {ord(character): macro for character, macro in _BY_NAME.items()}
    kept = (re.compile("[^\x00-\x7f]"), lambda match: match[0])
    parted = (_LIGATURES, lambda match: match[1] + "{}")
    return UnicodeToLatexEncoder(
        conversion_rules=[
            UnicodeToLatexConversionRule(RULE_DICT, named),
            UnicodeToLatexConversionRule(RULE_REGEX, [kept, parted]),
            "defaults",
        ],
        replacement_latex_protection="braces-after-macro",
        unknown_char_policy="keep",
    )
