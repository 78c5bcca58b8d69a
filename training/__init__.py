"""How the French pipeline is trained: treebanks and entities to one spaCy pipeline."""
