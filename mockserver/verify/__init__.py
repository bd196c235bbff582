"""``mockserver verify``: has a vendor drifted from its spec?

``caller`` asks the vendor (``plan`` and ``generated_requests`` say what, ``budget`` how much), ``recording`` reads what
others asked, and ``matching`` finds its operations; both give exchanges. ``compare`` tells how an exchange differs
from the spec, ``drift`` gathers that into a report, and ``patch`` proposes a change of the spec's file.
"""
