"""What companies do for their customers, and people at work: phrases that follow "helps its customers" and "to"."""

from __future__ import annotations

from collections.abc import Mapping

OF_INDUSTRIES: Mapping[str, tuple[str, ...]] = {
    "Software Development": (
        "release software every day",
        "connect their systems",
        "replace their spreadsheets",
    ),
    "Financial Services": ("accept payments in every currency", "see risks early", "close their books in a day"),
    "Hospitals and Health Care": ("see patients sooner", "share records safely", "plan shifts and rooms"),
    "Advertising Services": ("find their voice", "reach the right audience", "measure what a campaign brings"),
    "Staffing and Recruiting": (
        "hire in weeks instead of months",
        "find people for rare skills",
        "plan ahead",
    ),
    "Renewable Energy": ("produce their own power", "store energy for the night", "cut the carbon of their buildings"),
    "Transportation and Logistics": ("ship on time", "find the shortest routes", "know where every parcel is"),
    "Retail": ("know what sells before it does", "bring shop and web together", "keep shelves full"),
    "Manufacturing": ("build parts without defects", "automate what is repetitive", "keep machines running"),
    "Education": ("learn at their own pace", "teach in three languages", "design courses that people finish"),
}
OF_FIELDS: Mapping[str, tuple[str, ...]] = {
    "Sales": ("win new accounts", "grow the largest customers", "build a pipeline that can be trusted"),
    "Marketing": ("launch products", "turn readers into customers", "make the brand known in new markets"),
    "Engineering": (
        "keep the platform fast and reliable",
        "ship features that customers ask for",
        "pay back technical debt",
    ),
    "Product": ("find out what customers need", "decide what is built next", "bring ideas from sketch to release"),
    "Finance": ("plan budgets", "report to the board", "keep costs in view"),
    "Operations": ("improve processes", "buy better", "deliver on time"),
    "Customer Success": ("onboard new customers", "keep customers for years", "solve what support can't"),
    "Recruiting": ("hire the teams that are growing", "tell candidates why to join", "shorten the time to an offer"),
}
TAGLINES = (
    "{0}, made simple.",
    "{0} and {1} from one hand.",
    "The people behind {0}.",
    "{0} that works on Monday morning.",
    "Less effort, better {0}.",
)
