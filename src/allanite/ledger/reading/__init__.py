"""Reading news: candidate claims with character offsets, linked to what the release records.

Texts come in (`document`, `markup`), words are found (`view`, `quantities`, `dates`, `words`),
statements are made (`statements`, `topics`), compared with the record (`link`, `omissions`) and
laid before a person in a file (`found`); only what that person accepts goes on (`accept`).
"""
