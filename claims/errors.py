"""The exceptions that this package raises, as a tree.

ClaimsError                 anything that the user can mend; its message says how
├── EmbeddingsError         word vectors that cannot be read, or lack their library
├── InputError              an input that cannot be read (the rest goes on)
│   └── FetchError          an address that cannot be read, now or ever
├── LanguageError           a row of languages/<code>/ that breaks its own rules
├── PipelineError           a spaCy pipeline that lacks a part we need
├── ReferencesError         references that cannot be formatted, for want of a library
├── RegistryError           a row of a registry's table that is wrong
├── ReviewError             a person's correction that cannot be made
└── StoreError              a database file that cannot be used
"""


class ClaimsError(Exception):
    """Anything that the user can mend; the message says what is wrong and what to do."""


class EmbeddingsError(ClaimsError):
    """Word vectors that cannot be read, or whose library is not installed."""


class InputError(ClaimsError):
    """An input, or one record of it, that cannot be read."""


class FetchError(InputError):
    """An address that cannot be read."""

    def __init__(self, message: str, *, again: bool = False) -> None:
        """Makes the error.

        Args:
            message: what is wrong and what to do.
            again: whether a later try can succeed.
        """
        super().__init__(message)
        self.again = again


class LanguageError(ClaimsError):
    """A row of a language's data that breaks the rules of its table."""


class PipelineError(ClaimsError):
    """A spaCy pipeline that lacks a part that extraction needs."""


class ReferencesError(ClaimsError):
    """References that cannot be formatted, because the library is not installed."""


class RegistryError(ClaimsError):
    """A row of the speakers' or outlets' registry that is wrong."""


class ReviewError(ClaimsError):
    """A correction that cannot be made, or a row of a file of them that is wrong."""


class StoreError(ClaimsError):
    """A database file that is not one, or that another version wrote."""
