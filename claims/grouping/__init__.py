"""Claims that say the same, across articles: the same words, and the same matter."""
