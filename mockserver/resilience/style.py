"""The style sheet of the matrix page, beside that of every report; light and dark as the reader has it."""

from __future__ import annotations

import hashlib
from base64 import b64encode

from mockserver.report.css import STYLE as COMMON

_OWN = """
:root { --recovered: #2b8a4b; --reported: #4f7cac; --carried: #b08a1e; --warned: #c9651b; --unfired: #6f6a86;
  --failed: #c22f2f; --worst: #8d1637; }
@media (prefers-color-scheme: dark) { :root { --recovered: #2f9a58; --reported: #4a7fb8; --carried: #a9851c;
  --warned: #c4651f; --unfired: #7a7496; --failed: #cf4242; --worst: #a8264d; } }
.tile b { font-size: 1.4rem; } .tiles { grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); }
.matrix { overflow-x: auto; margin: 0 -1.25rem; padding: 0 1.25rem .6rem; }
.matrix table { width: auto; border-collapse: separate; border-spacing: 2px; }
.matrix th, .matrix td { border: 0; padding: 0; }
.matrix thead th { vertical-align: bottom; font-weight: 500; }
.matrix .kind { text-align: left; padding: 0 0 .1rem .1rem; font-size: .68rem; border-bottom: 2px solid var(--line);
  max-width: 0; overflow: hidden; text-overflow: ellipsis; }
.matrix .failure { height: 9.5rem; width: 1.75rem; }
.matrix .failure span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 9.3rem; overflow: hidden;
  text-overflow: ellipsis; font: 12px/1.3 ui-monospace, SFMono-Regular, Menlo, monospace; color: var(--text); }
.matrix tbody th { position: sticky; left: 0; z-index: 1; background: var(--ground); text-align: left; font-weight: 400;
  padding: 0 .7rem 0 .1rem; color: var(--text); }
.matrix tbody th small { display: block; color: var(--faint); line-height: 1; font-size: .7rem; }
.matrix thead th:first-child { position: sticky; left: 0; background: var(--ground); z-index: 1; }
button.cell, .letter { display: inline-block; width: 1.75rem; height: 1.75rem; border: 0; border-radius: 5px;
  color: #fff; font: 600 13px/1.75rem ui-monospace, SFMono-Regular, Menlo, monospace; text-align: center; padding: 0; }
button.cell { cursor: pointer; } button.cell:hover, button.cell:focus-visible { outline: 2px solid var(--text);
  outline-offset: 1px; }
.recovered { background: var(--recovered); } .reported { background: var(--reported); }
.carried-on { background: var(--carried); } .unfired { background: var(--unfired); }
.too-early, .retried-in-vain, .storm { background: var(--warned); } .hung, .crashed { background: var(--failed); }
.lost, .acted-twice { background: var(--worst); }
.allowed { opacity: .55; } .none { color: var(--faint); text-align: center; }
.legend { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: .35rem 1.4rem; margin: 0;
  padding: 0; list-style: none; }
.legend li { display: grid; grid-template-columns: 1.75rem 1fr; gap: .6rem; align-items: start; }
.legend .letter { width: 1.5rem; height: 1.5rem; line-height: 1.5rem; }
[popover] { width: min(46rem, calc(100vw - 2rem)); max-height: 88vh; overflow: auto; border: 1px solid var(--line);
  border-radius: 10px; padding: 1rem 1.1rem; background: var(--ground); color: var(--text); }
[popover]::backdrop { background: rgb(0 0 0 / .45); }
.panel h3 { margin: 0 0 .5rem; font-size: 1rem; overflow-wrap: anywhere; display: flex; gap: .6rem; }
.panel h4 { margin: 1rem 0 .3rem; font-size: .82rem; color: var(--faint); }
.panel .letter { flex: none; } .panel ol { margin: 0; padding-left: 1.3rem; } .panel li { margin: .15rem 0; }
.panel pre { background: var(--panel); border-radius: 6px; padding: .5rem .7rem; margin: 0; }
.panel .met { color: var(--bad); }
.group code { overflow-wrap: anywhere; } .finding { border: 1px solid var(--line); border-radius: 8px; margin: .6rem 0;
  padding: .6rem .8rem; display: grid; grid-template-columns: 1.75rem 1fr; gap: .8rem; }
.finding p { margin: .2rem 0; } .finding b { overflow-wrap: anywhere; }
@media (max-width: 30rem) { body { padding: 1rem .8rem 2rem; } .matrix { margin: 0 -.8rem; padding: 0 .8rem .6rem; }
  .legend { grid-template-columns: 1fr; } .matrix tbody th { max-width: 8.2rem; overflow-wrap: anywhere; } }
"""
STYLE = COMMON + _OWN
_HASH = "sha256-" + b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src '{_HASH}'; base-uri 'none'; form-action 'none'"
"""The Content-Security-Policy that the page keeps: nothing but its own style sheet."""
