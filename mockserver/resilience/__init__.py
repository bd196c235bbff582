"""Shows a client every failure at every call, and gives a verdict on what it did: ``mockserver resilience``.

A clean run (``clean_run``) learns the calls; the plan (``plan``) is a scenario (``scenario``) for each call and each
failure (``failure``) that it may meet. A laboratory (``laboratory``) runs the subject, a command or a function, in a
sandbox of its own with that one fault; from what is seen there (``run``) comes evidence (``evidence``), and from
evidence alone the verdict (``verdict``). States are compared thing by thing (``pairing``, ``states``), and what fails
is run once more (``second_look``).
"""

from __future__ import annotations
