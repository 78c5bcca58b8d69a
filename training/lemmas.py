"""What the lemmatizer remembers: the lemmas of the treebanks, and the words that papers use."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from spacy.tokens import Doc

from claims.lemmatizer import Memory

AGREED = 0.8
"""Share of the places of a word in which it has one lemma, for that to be remembered."""
MIN_COUNT = 3
"""How often a word stands in the raw text at least, to be known."""


def memory(gold: Iterable[Doc]) -> Memory:
    """The lemma of each word and part of speech of the treebanks that mostly has one."""
    seen: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for doc in gold:
        for token in doc:
            if token.lemma_:
                seen[token.pos_, token.lower_][token.lemma_] += 1
    found: Memory = {}
    for (pos, word), lemmas in sorted(seen.items()):
        lemma, count = lemmas.most_common(1)[0]
        if count >= AGREED * lemmas.total():
            found.setdefault(pos, {})[word] = lemma
    return found


def words(raw: Path, remembered: Memory) -> set[str]:
    """The known words: those of a text in lower case, and the lemmas remembered."""
    with raw.open(encoding="utf-8") as lines:
        counts = Counter(word for line in lines for word in line.split() if word.islower())
    used = {word for word, count in counts.items() if count >= MIN_COUNT}
    return used.union(*(lemmas.values() for lemmas in remembered.values()))
