"""Resources of public specs: 150 pairs of a collection and an item, judged by hand, and what is understood of each."""
