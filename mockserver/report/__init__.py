"""The contract report: whether a client kept the vendors' contracts, how much of them it met, how it took errors.

``summary`` makes a report, ``archive`` keeps the findings of sandboxes that are gone, ``gates`` says what a report
must have, ``rendering`` writes it in a format. A report is plain JSON data; docs/report.md describes it.
"""
