"""Parties: names, lists, who holds whom, and what share listed parties hold of one.

`names` folds spellings, `matching` proposes parties for a name, `records` holds the dated
data, `shares` reckons indirect ownership on arrays, `index` answers questions on a day.
"""
