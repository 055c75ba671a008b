"""What stands next to the figures: what a computed month cannot know, and what is no test."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.tables.core import WORLD
from allanite.studies.backtest.flows import ELEMENT_OF, RARE_EARTHS

FIRST_MONTH: Final = (
    "The licence holds from the fourth day. The reports hold cargo with papers from before; how "
    "much is not known."
)
SECOND_MONTH: Final = (
    "Magnets without listed elements were held up at customs as well; the text says nothing of it."
)
PART: Final = "The network has the region as a whole; its part is taken from trade by value."
SHARE_OF_CASES: Final = "Approval shares count applications, not tonnes."
GROSS: Final = "Customs weigh goods; the network counts oxide and metal. Read the change."
SMALL: Final = "A few lots a month make the figure; the months of the year before are not steady."

APRIL_NOTES: Final = (
    "No figure of an export after the control goes into a run: the runs read the text, the "
    "approval shares with their range and the network of 2024.",
    "Approval shares count applications of European firms, mostly makers of car parts; other "
    "destinations take them where nothing else was published. A share of applications is no "
    "share of tonnes, and a licence of one month may be used in the next.",
    "The share of September follows the hard cases of one chamber; the month's exports show that "
    "it does not stand for the trade. It is left as it was measured.",
    "Buyers filled stocks before April and again from July on; the model starts from normal stocks "
    "and gives no route more than its normal amount before a new supplier would be approved.",
    "Grades with a little dysprosium on average are controlled as a whole in the network; in trade "
    "some lots of them hold none and are free.",
    "Magnets without listed elements were held up at customs in the first months; no text says so.",
    "Normal months are a twelfth of 2024; February and the holidays of October are no part of the "
    "months compared, the growth of the market over 2024 is.",
    "Truces between governments moved licences by destination; they are seen here only where an "
    "approval share was published.",
)
QUOTA_NOTES: Final = (
    "The network is that of 2024: uses, makers and other mines of 2010 are not in it. What can be "
    "tested is whether exports follow the quota, and whether prices part at the border.",
    "Exports by element, by destination and by month are not reported for these years in the "
    "release; nothing is said of them.",
    "What left without papers is in the books of the buyers and not in those of Chinese customs; "
    "the distance between both is shown, it is no error of the model.",
    "The quota counts tonnes of goods, the network tonnes of oxide and metal: it is applied as the "
    "share of the exports of 2009.",
    "Demand fell and stocks were run down at prices of ten times and more; the model lets uses do "
    "without only by its steps of 2024, so that it fills the quota whenever the quota binds.",
    "Prices in yuan are left out: the release has no exchange rate of those days.",
)


def export_note(product: str, destination: str, period: int, part: float) -> str:
    """The note of a row of `backtest_exports`; part is the share of a region that is meant."""
    first = {0: FIRST_MONTH, 1: SECOND_MONTH}.get(period, SHARE_OF_CASES)
    found = [first] if product != RARE_EARTHS else [GROSS]
    if product in ELEMENT_OF:
        found.append(SMALL)
    if destination != WORLD and part < 1:
        found.append(PART)
    return " ".join(found)
