"""The spaCy components, in the order of the pipeline."""
