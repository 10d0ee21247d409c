"""A picture as a file of its own, with its words and forms inside: for printing and for other programs. Pure."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape, quoteattr

from sangto.playbooks.painting import Picture, TextLine

# Black on white, so that any printer shows every state; the forms say the same as the page's colours.
STYLE: Final = (
    "text{font-family:sans-serif;fill:#111}.node-text{font-size:14px}.node-kind{font-size:12px;font-weight:600;fill:#444}"
    ".node-mark{font-size:12px;font-weight:700}.edge-words{font-size:12.5px}.edge{fill:none;stroke:#555;stroke-width:1.5}"
    ".edge-back{stroke-dasharray:5 4}.edge-casing{fill:none;stroke:#111;stroke-width:6}"
    ".edge-taken{stroke:#fc3;stroke-width:3}.edge-never{stroke-dasharray:1 4;stroke-linecap:round}.arrow{fill:#555}"
    ".arrow-taken{fill:#111}.edge-plate{fill:#fff;stroke:#bbb}.edge-plate-taken{fill:#fff3cd;stroke:#111}"
    ".edge-plate-never{stroke-dasharray:1 4}.node{fill:#fff;stroke:#555;stroke-width:1.5}"
    ".node-action{stroke-dasharray:6 3}.node-end{stroke-width:2.5}.node-taken{stroke:#111;stroke-width:2}"
    ".node-here{fill:#fff3cd;stroke:#111;stroke-width:3.5}"
    ".node-never{stroke-dasharray:1 4}.node-added{stroke:#111;stroke-width:3}.node-changed{stroke:#111;stroke-width:3;"
    "stroke-dasharray:9 4}.node-removed{stroke-dasharray:2 3;fill:#eee}"
)
# The inside of an A3 sheet lying on its side, in millimetres.
A3: Final = (400, 277)


def as_svg(picture: Picture, title: str, *, sheet: bool = False) -> str:
    """The picture with its style; with `sheet` it has the size of an A3 sheet, lying or standing."""
    wide, high = A3 if float(picture.width) >= float(picture.height) else (A3[1], A3[0])
    size = f'width="{wide}mm" height="{high}mm"' if sheet else f'width="{picture.width}" height="{picture.height}"'
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {picture.width} {picture.height}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
    ]
    for edge in picture.edges:
        if edge.taken:
            out.append(f'<path class="edge-casing" d="{edge.path}"/>')
        taken = " arrow-taken" if edge.taken else ""
        out.append(f'<path class="{edge.css}" d="{edge.path}"/><path class="arrow{taken}" d="{edge.arrow}"/>')
    for label in picture.labels:
        out.append(
            f'<rect class="{label.css}" x="{label.x}" y="{label.y}" width="{label.width}" height="{label.height}"'
            ' rx="10"/>' + _words("edge-words", label.lines, middle=True)
        )
    for node in picture.nodes:
        out.append(f'<path class={quoteattr(node.css)} d="{node.path}"/>')
        out.append(_words("node-kind", (node.head,)))
        if node.mark:
            out.append(_words("node-mark", (node.mark,), end=True))
        out.append(_words("node-text", node.lines))
    out.append("</svg>\n")
    return "\n".join(out)


def _words(css: str, lines: tuple[TextLine, ...], *, middle: bool = False, end: bool = False) -> str:
    anchor = ' text-anchor="middle"' if middle else ' text-anchor="end"' if end else ""
    spans = "".join(f'<tspan x="{line.x}" y="{line.y}">{escape(line.text)}</tspan>' for line in lines)
    return f'<text class="{css}"{anchor}>{spans}</text>'
