"""``mockserver verify``: has a vendor drifted from its spec?

``calling`` asks the vendor (``plan`` and ``cases`` say what, ``budget`` how much), ``recorded`` reads what others
asked; both give exchanges. ``compare`` tells how an exchange differs from the spec, ``drift`` gathers that into a
report, and ``patch`` proposes a change of the spec's file.
"""
