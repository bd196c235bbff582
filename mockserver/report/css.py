"""The style sheet of a report's page; light and dark as the reader has it."""

from __future__ import annotations

import hashlib
from base64 import b64encode

STYLE = """
:root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --faint: #5b6570; --line: #d9dee4; --panel: #f5f7f9;
  --good: #1a7f45; --part: #2f6fc4; --bad: #c22f2f; --bad-ground: #fdf0ef; --warn-ground: #fdf6e3; --track: #e3e8ee; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181d; --text: #e2e7ec; --faint: #98a3af; --line: #303841;
  --panel: #1c2228; --good: #4bc07f; --part: #6aa5ef; --bad: #f08080; --bad-ground: #34201f; --warn-ground: #312b1a;
  --track: #2c343d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1.25rem 3rem; background: var(--ground); color: var(--text);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .6rem; }
h1 + p { margin: .2rem 0 1.2rem; } p { margin: .4rem 0; } .faint { color: var(--faint); }
code { font: 12.5px/1.4 ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; overflow-wrap: break-word; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .75rem; }
.tile { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .7rem .9rem; }
.tile b { display: block; font-size: 1.55rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.bad { color: var(--bad); } .good { color: var(--good); }
.note { border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 6px; padding: .5rem .9rem;
  background: var(--bad-ground); margin: 1rem 0; }
.note.lack { border-left-color: #c79a1b; background: var(--warn-ground); }
.note ul { margin: .3rem 0; padding-left: 1.2rem; }
.scroll { overflow-x: auto; }
pre { margin: .5rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 12px/1.4 ui-monospace, SFMono-Regular, Menlo, monospace; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: 600; font-size: .82rem; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .zero { color: var(--faint); }
.bar { display: block; width: 100%; min-width: 6rem; height: 6px; margin-top: .3rem; border-radius: 3px; }
.bar .track { fill: var(--track); } .bar .met { fill: var(--part); } .bar .all { fill: var(--good); }
details { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; }
summary { cursor: pointer; padding: .5rem .9rem; } details[open] > summary { border-bottom: 1px solid var(--line); }
.inside { padding: .6rem .9rem .8rem; } .inside > table { margin-bottom: .4rem; }
.chips { display: flex; flex-wrap: wrap; gap: .35rem; margin: 0 0 .45rem; padding: 0; list-style: none; }
.chips li { border: 1px solid var(--line); border-radius: 5px; padding: .05rem .45rem; background: var(--panel); }
.chips .never { border-style: dashed; color: var(--faint); background: none; } .chips .times { color: var(--good); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: .9rem; }
.group { display: grid; grid-template-columns: 3rem 1fr; } .pair code { overflow-wrap: anywhere; }
.pair > div { background: var(--panel); border-radius: 6px; padding: .6rem .8rem; }
.pair ul { margin: .3rem 0 0; padding-left: 1.1rem; }
"""
HASH = "sha256-" + b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src '{HASH}'; base-uri 'none'; form-action 'none'"
"""The Content-Security-Policy that the page keeps: nothing but its own style sheet."""
