"""What the values of the records are called on the pages."""

from claims.model import ClaimType, LinkKind, OutletRole, SpeakerKind

TYPES = {
    ClaimType.DIRECT: "entre guillemets",
    ClaimType.INDIRECT: "sans guillemets",
    ClaimType.MIXED: "en partie entre guillemets",
}
ROLES = {
    OutletRole.SOURCE: "source",
    OutletRole.RELAY: "relais",
    OutletRole.TOLD_TO: "dit à",
    OutletRole.CARRIED_BY: "diffusé par",
    OutletRole.TRANSLATION: "traduction",
}
KINDS = {
    SpeakerKind.PERSON: "personne",
    SpeakerKind.ORGANISATION: "organisation",
    SpeakerKind.GOVERNMENT: "État ou gouvernement",
    SpeakerKind.MEDIUM: "média",
    SpeakerKind.GROUP: "groupe",
}
SIDES = {"asserts": "affirme", "denies": "dément", "doubts": "doute", "other": "autre"}
LINKS = {
    LinkKind.CONTINUES: ("poursuit", "est poursuivi par"),
    LinkKind.ANSWERS: ("répond à", "a pour réponse"),
    LinkKind.DENIES: ("dément", "est démenti par"),
}
"""A link as the one that has it says it, and as the one that it leads to."""
PARTS = {
    "content": "propos",
    "speaker": "locuteur",
    "cue": "verbe",
    "outlet": "média",
    "target": "visé",
}
"""What is marked in a passage."""

REASONS = {
    "same source, no cue": "même source, sans verbe",
    "points back": "y renvoie",
    "same content": "mêmes mots",
    "same words": "mêmes mots",
    "target of the charge": "visé par l’accusation",
    "the charge is against them": "visé par l’accusation",
    "said shortly before": "dit peu avant",
    "review": "selon un relecteur",
}
"""Why claims are linked; other reasons are words of the articles."""
DENIAL = "denial: "
"""What a reason of a denial begins with."""
