"""Names to a form in which spellings of the same name are equal.

Width, case, accents, marks of direction, punctuation and legal forms go; Chinese characters of
Japan and of the traditional script become simplified ones. What is left is compared, never
shown: a reader sees the name as it was printed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from allanite.errors import UsageError

if TYPE_CHECKING:
    from opencc import OpenCC


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LONGEST_NAME: Final = 500  # letters; no company register knows a longer one

# Legal forms, which say nothing about who a firm is. Written here since the lists of libraries
# leave out Japanese and Chinese, or take words such as "group" and "holdings" as forms.
LATIN_FORMS: Final = _words(
    "ab ag as asa berhad bhd bv co company corp corporation gk gmbh inc incorporated jsc kk "
    "lc limited llc llp ltd ltda mbh nv oao ojsc ooo oy oyj pao pjsc plc psc pte pty pvt sa "
    "sarl sas se sl spa sro srl"
)
# Longest first: a part of a form must not be cut out of the whole.
CHINESE_FORMS: Final = (
    "高科技股份有限公司",
    "科技股份有限公司",
    "股份有限公司",
    "控股有限公司",
    "有限责任公司",
    "股份公司",
    "有限公司",
    "株式会社",
    "有限会社",
    "合同会社",
)
# Words that many firms of the trade share: alone they are no evidence of identity.
COMMON_WORDS: Final = _words(
    "advanced and china corporation elements energy global group heavy high holding holdings "
    "industries industry international japan magnet magnetic magnetics magnets material "
    "materials metal metals mineral minerals mining new of rare earth earths resource "
    "resources systems tech technologies technology the us usa"
)
_COMPANY_SIGNS: Final = {"㈱": "株式会社", "㈲": "有限会社", "㍿": "株式会社"}
_KANA_MARKS: Final = "\u3099\u309a"
_GAP: Final = re.compile(r"[^\w]+|_", re.UNICODE)
_CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA: Final = re.compile(r"[\u3040-\u30ff]")


@lru_cache(maxsize=65_536)
def fold(name: str) -> str:
    """The comparable form of a name; empty where nothing is left of it.

    Raises:
        UsageError: the name is longer than any name.
    """
    if len(name) > LONGEST_NAME:
        raise UsageError(
            f"a name of {len(name):,} letters ({name[:20]!r} ...): names have at most "
            f"{LONGEST_NAME}; give the name of one party"
        )
    for sign, form in _COMPANY_SIGNS.items():
        name = name.replace(sign, form)
    text = _without_marks(unicodedata.normalize("NFKC", name)).casefold()
    if _CJK.search(text):
        text = _simplified(text)
    words = _GAP.sub(" ", text.replace("'", "").replace("’", "").replace("&", " and ")).split()
    if any(_CJK.search(word) for word in words):
        return _without_chinese_forms("".join(words))
    return " ".join(_without_forms(words))


@lru_cache(maxsize=65_536)
def core_words(folded: str) -> tuple[str, ...]:
    """Words of a folded name that tell firms apart, in order."""
    return tuple(word for word in folded.split() if word not in COMMON_WORDS)


@lru_cache(maxsize=65_536)
def is_cjk(folded: str) -> bool:
    """Whether a folded name is in Chinese or Japanese script."""
    return bool(_CJK.search(folded))


@lru_cache(maxsize=4096)
def romanised(folded: str) -> str:
    """Mandarin reading of a name in Chinese characters, run together; empty for any other.

    A name with kana is Japanese, whose reading of the characters is another.
    """
    if not _HAN.search(folded) or _KANA.search(folded):
        return ""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(folded))


def _without_marks(text: str) -> str:
    """Without accents, stacked marks and invisible signs; voiced kana stay voiced."""
    kept: list[str] = []
    for letter in text:
        if _KANA.match(letter) or letter in _KANA_MARKS:
            kept.append(letter)
            continue
        parts = unicodedata.normalize("NFD", letter) if ord(letter) < 0x2000 else letter
        kept += [part for part in parts if not _is_mark(part)]
    return unicodedata.normalize("NFC", "".join(kept))


def _is_mark(letter: str) -> bool:
    """Combining marks, and signs of control and direction; white space is a gap, not a mark."""
    return unicodedata.category(letter) in {"Mn", "Me", "Cf", "Co", "Cs"}


def _simplified(text: str) -> str:
    return str(_converter("t2s").convert(_converter("jp2t").convert(text)))


@cache
def _converter(rule: str) -> OpenCC:
    from opencc import OpenCC

    return OpenCC(rule)


@cache
def _folded_forms() -> tuple[str, ...]:
    return tuple(_simplified(form) for form in CHINESE_FORMS)


def _without_chinese_forms(text: str) -> str:
    """Without the first legal form at the end, or at the beginning as Japanese firms have it."""
    for form in _folded_forms():
        if text != form:
            text = text.removesuffix(form) if text.endswith(form) else text.removeprefix(form)
    return text


def _without_forms(words: list[str]) -> list[str]:
    """Without legal forms at the end; a name that is one keeps it."""
    while len(words) > 1 and words[-1] in LATIN_FORMS:
        words = words[:-1]
    return words
