"""Draw small line charts beside each other, as SVG: each from nothing to a lot of something, all with one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, GAP = 250, 190, 26
LEFT, BOTTOM = 34, 34
COLUMNS = 3
INK, FAINT, LINE = "#1f2933", "#cbd2d9", "#1d6fb8"


@dataclass(frozen=True, slots=True)
class Panel:
    """One line: its title says what grows, its points are (how much, value)."""

    title: str
    points: Sequence[tuple[float, float]]


def chart(title: str, panels: Sequence[Panel]) -> str:
    """The panels in rows, under a title."""
    top = _round_up(max(value for panel in panels for _, value in panel.points))
    rows = -(-len(panels) // COLUMNS)
    width = COLUMNS * (WIDTH + GAP) + GAP
    height = 48 + rows * (HEIGHT + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{GAP}" y="30" font-size="17" font-weight="600" fill="{INK}">{escape(title)}</text>',
    ]
    for index, panel in enumerate(panels):
        x, y = GAP + index % COLUMNS * (WIDTH + GAP), 48 + index // COLUMNS * (HEIGHT + GAP)
        parts.append(f'<g transform="translate({x} {y})">{_panel(panel, top)}</g>')
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel, top: float) -> str:
    inner, floor = WIDTH - LEFT, HEIGHT - BOTTOM
    most = max(at for at, _ in panel.points) or 1
    places = [(LEFT + at / most * inner, floor - value / top * (floor - 24)) for at, value in panel.points]
    parts = [f'<text x="0" y="12" font-size="13" fill="{INK}">{escape(panel.title)}</text>']
    for share in (0, 0.5, 1):
        y = floor - share * (floor - 24)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH}" stroke="{FAINT}" stroke-width="1"/>')
        parts.append(_label(LEFT - 6, y + 4, f"{share * top:g}", "end"))
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    parts.append(f'<path d="M{line}" fill="none" stroke="{LINE}" stroke-width="2"/>')
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{LINE}"/>' for x, y in places]
    first, last = panel.points[0][0], panel.points[-1][0]
    parts += [_label(LEFT, floor + 18, f"{first:,g}", "start"), _label(WIDTH, floor + 18, f"{last:,g}", "end")]
    return "".join(parts)


def _label(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="11" fill="{INK}" text-anchor="{anchor}">{escape(text)}</text>'


def _round_up(value: float) -> float:
    """A round number that isn't less."""
    step = float(10 ** (len(str(int(value))) - 1))
    return next(step * factor for factor in (1, 2, 3, 4, 5, 6, 8, 10, 20) if step * factor >= value)
