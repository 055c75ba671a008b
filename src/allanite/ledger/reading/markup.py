"""Web pages into plain text: the main part, a line a paragraph, without scripts and menus.

Chosen is selectolax (MIT, the Lexbor parser of HTML5, no dependencies of its own): it reads broken
and hostile pages in one pass and runs nothing. What is main text is decided here by the page's own
marks and by the share of links in a block.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from allanite.catalogue.files import fault

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_NODES: Final = 200_000
_START: Final = re.compile(
    r"\A\s*(?:<!doctype\s+html|<html|<head|<body|<\?xml[^>]{0,200}>\s*<html)", re.I
)
_DROPPED: Final = (
    "script,style,noscript,template,iframe,object,embed,svg,math,nav,aside,footer,form,button,"
    "select,dialog,[hidden],[aria-hidden=true],[role=navigation],[role=banner],[role=dialog]"
)
_MAIN: Final = ("[itemprop=articleBody]", "article", "main", "[role=main]")
_BLOCKS: Final = frozenset(
    (
        "address", "blockquote", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure",
        "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main",
        "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul", "article", "body", "br",
    )
)  # fmt: skip
_INVISIBLE: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0\b", re.I
)
_LINK_SHARE: Final = 0.6
_SPACE: Final = re.compile(r"[ \t\r\n\f\v]+")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY_MARKS: Final = (
    ("meta[property='article:published_time']", "content"),
    ("meta[name='date']", "content"),
    ("meta[name='dc.date']", "content"),
    ("meta[itemprop='datePublished']", "content"),
    ("time[datetime]", "datetime"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """Main text of a web page and the day it states of itself."""

    text: str
    day: date | None


def looks_like_markup(text: str) -> bool:
    """Whether a text begins as a web page does."""
    return _START.match(text[:1000]) is not None


def page_of(markup: str, name: str) -> Page:
    """Main text and day of a page.

    Raises:
        DataError: a page without main text, or with more than `MAX_NODES` nodes.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(markup)
    day = _day_of(tree)
    for node in tree.css(_DROPPED):
        node.decompose()
    for node in tree.css("[style]"):
        if _INVISIBLE.search(node.attributes.get("style") or ""):
            node.decompose()
    lines = [line for line in _lines(_main_node(tree), name) if line]
    text = "\n".join(lines)
    if not text:
        remedy = "Save the text of the article by hand; it may be drawn by a script."
        raise fault(name, "a page without main text", "paragraphs in the page itself", remedy)
    return Page(text, day)


def _main_node(tree: LexborHTMLParser) -> LexborNode | None:
    """The node with most text among those that a page marks as its main part, or its body."""
    for selector in _MAIN:
        nodes = tree.css(selector)
        if nodes:
            return max(nodes, key=lambda node: len(node.text(deep=True)))
    return tree.body


def _lines(root: LexborNode | None, name: str) -> Iterator[str]:
    """Text of each block below a node; blocks that are mostly links are left out."""
    if root is None:
        return
    pieces: list[str] = []
    in_links = 0
    for text, is_link in _pieces(root, name):
        if text is not None:
            pieces.append(text)
            in_links += len(text) if is_link else 0
            continue
        yield _line(pieces, in_links)
        pieces, in_links = [], 0
    yield _line(pieces, in_links)


def _line(pieces: list[str], in_links: int) -> str:
    line = _SPACE.sub(" ", "".join(pieces)).strip()
    return "" if in_links > _LINK_SHARE * max(len("".join(pieces)), 1) else line


def _pieces(root: LexborNode, name: str) -> Iterator[tuple[str | None, bool]]:
    """Texts with whether they stand in a link; None between blocks. Without recursion."""
    stack: list[tuple[LexborNode | None, bool]] = [(root, False)]
    seen = 0
    while stack:
        node, in_link = stack.pop()
        if node is None:
            yield None, False
            continue
        seen += 1
        if seen > MAX_NODES:
            allowed = f"at most {MAX_NODES:,} nodes"
            raise fault(name, "a page of too many nodes", allowed, "Save the article alone.")
        if node.is_text_node:
            yield node.text_content or "", in_link
            continue
        is_block = node.tag in _BLOCKS
        if is_block:
            yield None, False
            stack.append((None, False))
        children = list(node.iter(include_text=True))
        stack += [(child, in_link or node.tag == "a") for child in reversed(children)]


def _day_of(tree: LexborHTMLParser) -> date | None:
    """The day a page states of itself: its marks, then its linked data."""
    for selector, attribute in _DAY_MARKS:
        node = tree.css_first(selector)
        found = _as_day(node.attributes.get(attribute) if node is not None else None)
        if found is not None:
            return found
    for node in tree.css("script[type='application/ld+json']"):
        found = _as_day(_published(node.text(deep=True)))
        if found is not None:
            return found
    return None


def _published(text: str) -> str | None:
    try:
        values: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    entries = values if isinstance(values, list) else [values]
    days = [e.get("datePublished") for e in entries if isinstance(e, dict)]
    return next((day for day in days if isinstance(day, str)), None)


def _as_day(text: str | None) -> date | None:
    match = _DAY.search(text or "")
    try:
        return date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None
