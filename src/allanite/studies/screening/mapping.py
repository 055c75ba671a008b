"""A bill of materials as facts of rules: every row once, as if it were shipped under the sale.

Parts have what their row says. Assemblies have what is in them: all elements and classes, and at
each stage the countries of the parts that rules look at (magnets, targets, tantalum, tungsten).
A part of unknown material may be one of those, so it leaves its assembly open and never clears it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.catalogue.store import Release
from allanite.catalogue.tables.screening import STAGES, STEPS
from allanite.law.rules.facts import Facts, Interval, WordColumn, WordSet
from allanite.law.rules.logic import FALSE, MAYBE, TRUE, TruthArray
from allanite.studies.screening import bom as lists
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.columns import Lexicon
from allanite.studies.screening.forms import (
    ANY_FORM,
    ASSEMBLY,
    CLASS_OF_CODE,
    FIRST_CHAPTER_OF_GOODS,
    form_of,
    mineral_names,
)
from allanite.studies.screening.lift import (
    Bits,
    Counted,
    codes_of,
    lifted_flag,
    lifted_words,
    or_up,
)
from allanite.studies.screening.listed import (
    InputPrices,
    listed_value,
    load_input_prices,
    share_interval,
    share_of_item,
    share_of_magnet,
)
from allanite.studies.screening.rollup import (
    ROUNDING_SHARE,
    Rollup,
    element_mass,
    float_sums,
    roll_up,
    unnamed_mass,
)
from allanite.studies.screening.tree import TOP

LISTED_MAGNETS: Final = frozenset({"ndfeb_magnet", "smco_magnet", "rare_earth_target"})
COVERED: Final = LISTED_MAGNETS | {
    "other_magnet",
    "tantalum_metal_or_alloy",
    "tungsten_metal_powder",
    "tungsten_heavy_alloy",
}
DFARS_BY_MASS: Final = frozenset({"ndfeb_magnet", "smco_magnet"})
NDFEB: Final = frozenset({"ndfeb_magnet"})
# Of these alone nothing is made that a rule has a class for.
PLAIN_METALS: Final = frozenset({"Al", "Cu", "Mg", "Sn", "Ti", "Zn"})
_PLAIN: Final = lists.Words(frozenset({"other"}), True)


@dataclass(frozen=True, slots=True)
class MappingWords:
    """What of a release the mapping needs: prices of listed inputs, official names of minerals."""

    prices: InputPrices
    minerals: Mapping[str, tuple[str, ...]]


def load_mapping_words(release: Release, lexicon: Lexicon) -> MappingWords:
    """The words and prices of a release."""
    return MappingWords(load_input_prices(release, lexicon.materials), mineral_names(release))


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """A bill of materials with what several facts need."""

    bom: Bom
    rollup: Rollup
    is_open: BoolArray

    def counted(self, classes: frozenset[str]) -> Counted:
        """Parts of these classes surely, and those that may be of them."""
        return _counted(self.bom, self.bom.material_class, classes)


def counted_parts(bom: Bom) -> Counted:
    """Parts whose origin rules look at: surely, and perhaps."""
    return _counted(bom, _known_classes(bom), COVERED)


def _counted(bom: Bom, column: lists.WordColumn, classes: frozenset[str]) -> Counted:
    leaf = bom.tree.is_leaf()
    surely = [bool(s.words & classes) for s in column.sets]
    perhaps = [not s.words & classes and not s.is_complete for s in column.sets]
    return Counted(
        np.array(surely, dtype=np.bool_)[column.code] & leaf,
        np.array(perhaps, dtype=np.bool_)[column.code] & leaf,
    )


def part_facts(bom: Bom, words: MappingWords) -> Facts:
    """Facts of every part and assembly, P rows; those of the sale are not among them."""
    rollup = roll_up(bom)
    bom = replace(bom, material_class=_known_classes(bom))
    parts = _Parts(bom, rollup, _open_rows(bom, rollup))
    covered = parts.counted(COVERED)
    recycled, country_recycling = _recycled(parts)
    columns = {
        "form": _forms(bom),
        "material_classes": _classes(parts),
        "hts_code": _codes(bom),
        "country_origin": _origin(parts),
        "country_recycling": country_recycling,
        **_elements(parts, words.minerals),
        **{
            f"country_{s}": lifted_words(bom, bom.country[s], covered, parts.is_open)
            for s in STAGES[:-1]
        },
        "country_assembled": _own_words(bom.country[STAGES[-1]]),
        **{
            f"technology_{s}": lifted_words(bom, bom.technology[s], covered, parts.is_open)
            for s in STEPS
        },
    }
    flags = {
        "xinjiang_input": lifted_flag(bom, bom.is_xinjiang, parts.is_open),
        "recycled_magnet": recycled,
        "section_301_mineral": _raw_mineral(bom),
    }
    labels = tuple(bom.part_id)
    return Facts(labels=labels, flags=flags, numbers=_shares(parts, words.prices), words=columns)


def _known_classes(bom: Bom) -> lists.WordColumn:
    """Classes of materials; parts whose stated shares are of plain metals only have none."""
    contents = bom.contents
    is_plain = np.array([e in PLAIN_METALS for e in contents.elements.labels], dtype=np.bool_)
    others = contents.unlisted > 0
    others[contents.part[(contents.high > 0) & ~is_plain[contents.element]]] = True
    column = bom.material_class
    is_open = ~column.is_known() & ~others & bom.tree.is_leaf()
    code = np.where(is_open, len(column.sets), column.code)
    return lists.WordColumn(code, (*column.sets, _PLAIN))


def _open_rows(bom: Bom, rollup: Rollup) -> BoolArray:
    """Assemblies with mass beyond rounding that none of their parts explains."""
    unnamed = unnamed_mass(bom, rollup)
    stated = rollup.mass_grams()[0]
    return np.asarray(unnamed > ROUNDING_SHARE * stated)


def _own_words(column: lists.WordColumn) -> WordColumn:
    return WordColumn(
        column.code.astype(np.int32),
        tuple(WordSet(s.words, s.is_complete) for s in column.sets),
    )


def _forms(bom: Bom) -> WordColumn:
    material_of, materials = codes_of(bom.material)
    classes = bom.material_class
    sets: dict[WordSet, int] = {ASSEMBLY: 0, ANY_FORM: 1}
    known: dict[tuple[int, int], int] = {}
    leaf = bom.tree.is_leaf().tolist()
    code = np.zeros(len(bom), dtype=np.int32)
    pairs = zip(material_of.tolist(), classes.code.tolist(), strict=True)
    for part, pair in enumerate(pairs):
        if not leaf[part]:
            continue
        if pair not in known:
            form = form_of(materials[pair[0]], classes.sets[pair[1]].words)
            known[pair] = sets.setdefault(form, len(sets))
        code[part] = known[pair]
    return WordColumn(code, tuple(sets))


def _classes(parts: _Parts) -> WordColumn:
    """Classes of the parts inside, and of assemblies by their customs code.

    An assembly without a code may be a motor or a battery whatever it is made of.
    """
    bom = parts.bom
    by_code = set(CLASS_OF_CODE.values())
    places = {w for s in bom.material_class.sets for w in s.words} | by_code
    bits = Bits({word: i for i, word in enumerate(sorted(places))})
    of_class = [bits.of_set(s) for s in bom.material_class.sets]
    of_code = {"": bits.possible(by_code)}
    of_code |= {hts: bits.sure([name]) for hts, name in CLASS_OF_CODE.items()}
    leaf, opened = bom.tree.is_leaf().tolist(), parts.is_open.tolist()
    own = [
        of_class[code] if is_leaf else of_code.get(hts[:4], 0) | (bits.open if is_open else 0)
        for code, is_leaf, is_open, hts in zip(
            bom.material_class.code.tolist(), leaf, opened, bom.hts_code, strict=True
        )
    ]
    return bits.column(or_up(bom.tree, own))


def _elements(parts: _Parts, minerals: Mapping[str, tuple[str, ...]]) -> dict[str, WordColumn]:
    """Elements that are surely in it; incomplete where any other may be."""
    bom, contents = parts.bom, parts.bom.contents
    bits = Bits({symbol: i for i, symbol in enumerate(contents.elements.labels)})
    leaf = bom.tree.is_leaf()
    own = np.where((leaf & (contents.unlisted > 0)) | parts.is_open, 1, 0).tolist()
    own = [bits.open if is_open else 0 for is_open in own]
    sure = [bits.sure([symbol]) for symbol in contents.elements.labels]
    maybe = [bits.possible([symbol]) for symbol in contents.elements.labels]
    entries = zip(
        contents.part.tolist(),
        contents.element.tolist(),
        (contents.low > 0).tolist(),
        (contents.high > 0).tolist(),
        strict=True,
    )
    for part, element, is_sure, may_be in entries:
        if is_sure:
            own[part] |= sure[element]
        elif may_be:
            own[part] |= maybe[element]
    column = bits.column(or_up(bom.tree, own))
    return {"elements": column, "minerals": _named(column, minerals)}


def _named(column: WordColumn, names: Mapping[str, tuple[str, ...]]) -> WordColumn:
    return WordColumn(column.code, tuple(_named_set(s, names) for s in column.sets))


def _named_set(found: WordSet, names: Mapping[str, tuple[str, ...]]) -> WordSet:
    """The set in official names; what may be in it counts only where it has one."""
    words, maybe = (
        frozenset(n for e in symbols for n in names.get(e, ()))
        for symbols in (found.words, found.maybe)
    )
    is_bounded = found.is_complete or bool(found.maybe)
    return WordSet(words, is_bounded and not maybe - words, maybe - words if is_bounded else maybe)


def _codes(bom: Bom) -> WordColumn:
    code, texts = codes_of(bom.hts_code)
    sets = tuple(WordSet(frozenset({t} - {""}), bool(t)) for t in texts)
    return WordColumn(code.astype(np.int32), sets)


def _origin(parts: _Parts) -> WordColumn:
    """Country of origin as far as a list tells: where it was made, or put together.

    Parts are where they were made, assemblies where they were put together; the other column
    stands in where that one is empty, but never for what rules look at: a magnet is from where
    it was sintered.
    """
    bom, covered = parts.bom, parts.counted(COVERED)
    made, assembled = bom.country["made"], bom.country["assembled"]
    leaf = bom.tree.is_leaf()
    strict = (leaf & (covered.surely | covered.perhaps)).tolist()
    sets: dict[WordSet, int] = {}
    code = np.zeros(len(bom), dtype=np.int32)
    for part, is_leaf in enumerate(leaf.tolist()):
        one, other = (made, assembled) if is_leaf else (assembled, made)
        words = one.at(part)
        if not words.words and not strict[part]:
            words = other.at(part)
        found = WordSet(words.words, words.is_complete and bool(words.words))
        code[part] = sets.setdefault(found, len(sets))
    return WordColumn(code, tuple(sets))


def _recycled(parts: _Parts) -> tuple[TruthArray, WordColumn]:
    """Whether all NdFeB magnets inside are recycled, and where those were sintered."""
    bom, counted = parts.bom, parts.counted(NDFEB)
    plain, doubt, whole = 1, 2, 4
    is_whole = counted.surely & (bom.recycled_low >= 1)
    is_plain = counted.surely & (bom.recycled_high <= 0)
    own = np.where(is_whole, whole, 0) | np.where(is_plain, plain, 0)
    is_doubt = (counted.surely & ~is_whole & ~is_plain) | counted.perhaps | parts.is_open
    own |= np.where(is_doubt, doubt, 0)
    bits = or_up(bom.tree, own.tolist())
    truth = [
        FALSE if b & plain or not b & (doubt | whole) else MAYBE if b & doubt else TRUE
        for b in bits
    ]
    country = lifted_words(bom, bom.country["made"], counted, parts.is_open)
    return np.array(truth, dtype=np.int8), country


def _raw_mineral(bom: Bom) -> TruthArray:
    """No for goods whose customs chapter holds no raw minerals; else not known."""
    code, texts = codes_of(bom.hts_code)
    is_goods = [bool(t) and int(t[:2]) >= FIRST_CHAPTER_OF_GOODS for t in texts]
    found = np.where(np.array(is_goods, dtype=np.bool_)[code], FALSE, MAYBE)
    return np.asarray(found, dtype=np.int8)


def _shares(parts: _Parts, prices: InputPrices) -> dict[str, Interval]:
    bom, rollup = parts.bom, parts.rollup
    listed = listed_value(bom, rollup, prices)
    magnets = parts.counted(LISTED_MAGNETS)
    mass = rollup.mass_grams()
    return {
        "listed_share_of_magnet": share_of_magnet(
            bom, rollup, listed, (magnets.surely, magnets.perhaps)
        ),
        "listed_share_of_assembly": share_of_item(bom, rollup, listed),
        "tungsten_mass_share": share_interval(element_mass(bom, rollup, "W"), mass),
        "covered_mass_share": share_interval(_covered_mass(parts), mass),
    }


def _covered_mass(parts: _Parts) -> tuple[FloatArray, FloatArray]:
    """Bounds of the mass [g] of covered magnets, tantalum and tungsten, each (P,)."""
    bom, mass = parts.bom, parts.rollup.mass_grams()
    counted = parts.counted(DFARS_BY_MASS)
    low = np.where(counted.surely, mass[0], 0.0)
    high = np.where(counted.surely | counted.perhaps, mass[1], 0.0)
    high = np.where(parts.is_open, unnamed_mass(bom, parts.rollup), high)
    low, high = float_sums(bom, low), float_sums(bom, high)
    for element in ("Ta", "W"):
        more = element_mass(bom, parts.rollup, element)
        low, high = low + more[0], high + more[1]
    return np.minimum(low, mass[0]), np.minimum(high, mass[1])


def with_origin(facts: Facts, bom: Bom, country: str) -> Facts:
    """The facts with the stated country of origin of the products; parts keep their own."""
    column = facts.words["country_origin"]
    code = column.code.copy()
    code[bom.tree.parent == TOP] = len(column.sets)
    sets = (*column.sets, WordSet(frozenset({country}), True))
    words = {**facts.words, "country_origin": WordColumn(code, sets)}
    return Facts(labels=facts.labels, flags=facts.flags, numbers=facts.numbers, words=words)
