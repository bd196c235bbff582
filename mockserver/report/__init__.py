"""The contract report: whether a client kept its vendors' contracts, what it was shown of them, what it did on errors.

``summary`` makes a report, ``kept`` remembers the findings of sandboxes that are gone, ``gates`` says what a report
must have, ``rendering`` writes it in a format. A report is plain JSON data; docs/report.md describes it.
"""
