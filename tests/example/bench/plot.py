"""The result as a picture: how many requests per second each contestant serves, case by case."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from tests.example.bench.result import Turn, contests, figures, turns_of

LABEL, WIDTH, NUMBER = 210, 460, 80
BAR, GAP, HEADING = 16, 14, 22
COLOURS = ("#d9480f", "#868e96", "#1971c2", "#2f9e44", "#5f3dc4", "#e67700", "#0c8599", "#c2255c")
STYLE = "text{font:12px system-ui,sans-serif;fill:#868e96}.case{font-weight:600}"


def plot(turns: Sequence[Turn]) -> str:
    """An SVG with a group of bars for each case; the longest bar of a group is as wide as the picture."""
    colours = dict(zip(dict.fromkeys(turn.contestant for turn in turns), COLOURS, strict=False))
    parts: list[str] = []
    top = 0
    for names, case in ((names, case) for names, cases in contests(turns).items() for case in cases):
        parts.append(f'<text class="case" x="0" y="{top + 15}">{escape(case)}, requests per second</text>')
        top += HEADING
        rates = {name: figures(turns_of(turns, case, name)).rate for name in names}
        for name in names:
            width = rates[name] / max(rates.values()) * WIDTH
            parts += [
                f'<text x="{LABEL - 8}" y="{top + 12}" text-anchor="end">{escape(name)}</text>',
                f'<rect x="{LABEL}" y="{top}" width="{width:.1f}" height="{BAR - 3}" fill="{colours[name]}"/>',
                f'<text x="{LABEL + width + 6:.1f}" y="{top + 12}">{rates[name]:,.0f}</text>',
            ]
            top += BAR
        top += GAP
    size = f'viewBox="0 0 {LABEL + WIDTH + NUMBER} {top}" width="{LABEL + WIDTH + NUMBER}" height="{top}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{STYLE}</style>{"".join(parts)}</svg>\n'
