"""Tables by which news texts are read: words with what they mean, topics with their cues."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import PROVENANCE
from allanite.catalogue.tables.rare_earths import NOTE

GROUP: Final = "reading"

WORD_USES: Final = (
    "demonym",
    "place",
    "actor",
    "agreement",
    "material",
    "not_material",
    "counted",
)
_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")

READING_WORDS: Final = TableSchema(
    name="reading_words",
    group=GROUP,
    description="One word of news texts and what it stands for, beyond the words of other tables.",
    key=("use", "word"),
    columns=(
        Column("use", "text", "What kind of word it is.", required=True, allowed=WORD_USES),
        Column("word", "text", "The word, or words, as printed.", required=True),
        Column("meaning", "text", "Region, agreement, material or unit it stands for."),
        NOTE,
        *PROVENANCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

READING_TOPICS: Final = TableSchema(
    name="reading_topics",
    group=GROUP,
    description="One topic of news texts and the words by which a part of a sentence shows it.",
    key=("topic_id",),
    columns=(
        Column("topic_id", "text", "Short id.", required=True),
        Column("label", "text", "Name shown to readers.", required=True),
        Column("in_field", "flag", "Whether the project is about it.", required=True),
        Column(
            "strong",
            "flag",
            "Whether the topic alone is of the field; otherwise a mineral, a control or an "
            "agreement must stand beside it.",
            required=True,
        ),
        Column(
            "needs",
            "text",
            "What must stand beside the cues, all of: share, money, vague, count, mass, price, "
            "quantity, date, deadline, material, agreement, talks.",
        ),
        Column(
            "cues",
            "text",
            "Alternatives separated by |; all words of one stand in the part of the sentence, "
            "in any order; a word that ends in * is a beginning of words; * alone is any word.",
            required=True,
        ),
        NOTE,
        *PROVENANCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (READING_WORDS, READING_TOPICS)
