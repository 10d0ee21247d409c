"""Our own drawings, as the inside of a 24 × 24 svg. Lines take the colour of the text around them."""

from __future__ import annotations

ICONS: dict[str, str] = {
    "check": '<path d="m5 12.5 4.5 4.5L19 7"/>',
    "cross": '<path d="m6 6 12 12M18 6 6 18"/>',
    "alert": '<path d="M12 4 2.8 20h18.4z"/><path d="M12 10v4.5M12 17.2v.3"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.5v.3"/>',
    "question": '<path d="M8 8.6a4 4 0 1 1 6 3.5c-1.3.8-2 1.5-2 3M12 18.7v.3"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "send": '<path d="M4 12 3 4l18 8-18 8zM4 12h8"/>',
    "link": '<path d="M10 14a4 4 0 0 0 6 .3l3-3a4 4 0 0 0-5.7-5.7l-1.3 1.3"/>'
    '<path d="M14 10a4 4 0 0 0-6-.3l-3 3a4 4 0 0 0 5.7 5.7l1.3-1.3"/>',
    "external": '<path d="M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.5l3.5 2"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.8-4.3 3.7-6 7.5-6s6.7 1.7 7.5 6"/>',
    "people": '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 20c.7-3.9 3.2-5.5 6.5-5.5s5.8 1.6 6.5 5.5"/>'
    '<path d="M15.5 5.3a3.5 3.5 0 0 1 0 6.4M18 15c1.9.8 3.1 2.4 3.5 5"/>',
    "board": '<path d="M4 4h4.5v16H4zM10 4h4v10h-4zM15.5 4H20v13h-4.5z"/>',
    "log": '<path d="M7 5v14"/><circle cx="7" cy="6" r="2"/><circle cx="7" cy="18" r="2"/>'
    '<path d="M12 6h8M12 12h6M12 18h8"/>',
    "article": '<path d="M5 3.5h14v17H5z"/><path d="M8.5 8h7M8.5 12h7M8.5 16h4"/>',
    "edit": '<path d="m4 20 1-4.5L16 4.5l3.5 3.5-11 11zM13.5 7l3.5 3.5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "next": '<path d="M5 12h14M13 6l6 6-6 6"/>',
    "back": '<path d="M19 12H5M11 6l-6 6 6 6"/>',
    "down": '<path d="m6 9.5 6 6 6-6"/>',
    "copy": '<path d="M9 8h11v12H9z"/><path d="M15 8V4H4v12h5"/>',
    "globe": '<circle cx="12" cy="12" r="9"/>'
    '<path d="M3 12h18M12 3c3 2.7 4 5.7 4 9s-1 6.3-4 9c-3-2.7-4-5.7-4-9s1-6.3 4-9"/>',
    "lock": '<path d="M5.5 11h13v9.5h-13zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
    "mail": '<path d="M3 5.5h18v13H3z"/><path d="m3.5 6.5 8.5 7 8.5-7"/>',
    "tree": '<circle cx="12" cy="5" r="2.5"/><circle cx="6" cy="19" r="2.5"/><circle cx="18" cy="19" r="2.5"/>'
    '<path d="M12 7.5V12M6 16.5V12h12v4.5"/>',
    "merge": '<path d="M6 4v4c0 4 6 3 6 8v4M18 4v4c0 4-6 3-6 8M8.5 17.5 12 21l3.5-3.5"/>',
    "feed": '<path d="M5 11a8 8 0 0 1 8 8M5 5a14 14 0 0 1 14 14"/><circle cx="6" cy="18" r="1.3"/>',
    "bell": '<path d="M5 17c1.5-1.5 2-3 2-6.5a5 5 0 0 1 10 0c0 3.5.5 5 2 6.5zM10 20.5h4"/>',
    "leave": '<path d="M13 4H5v16h8M10 12h10M16 8l4 4-4 4"/>',
    "quote": '<path d="M10 7c-3.5.5-5 2.5-5 6v4h5v-5H7M19 7c-3.5.5-5 2.5-5 6v4h5v-5h-3"/>',
    "scales": '<path d="M12 4v16M7 20.5h10M4 7h16"/>'
    '<path d="M4 7l-2 6.5c1.5 1.7 4 1.7 5.5 0zM20 7l2 6.5c-1.5 1.7-4 1.7-5.5 0z"/>',
    "flag": '<path d="M6 21V4h11l-2.5 4L17 12H6"/>',
}

# One shape per verdict, so that colour is never the only sign: disc, ring, triangle, octagon, broken ring.
# "v-in" is drawn in the colour of the surface, cut out of the filled shape.
VERDICTS: dict[str, str] = {
    "true": '<circle class="v-fill" cx="12" cy="12" r="10"/><path class="v-in" d="m7 12.5 3.5 3.5L17 8.5"/>',
    "mostly_true": '<circle class="v-line" cx="12" cy="12" r="9.5"/>'
    '<path class="v-line" d="m7.5 12.5 3.2 3.2 5.8-6.9"/>',
    "misleading": '<path class="v-fill" d="M12 1.8 23 21.5H1z"/><path class="v-in" d="M12 8.5v6M12 17.8v.3"/>',
    "false": '<path class="v-fill" d="M7.7 1.7h8.6l6 6v8.6l-6 6H7.7l-6-6V7.7z"/>'
    '<path class="v-in" d="m8 8 8 8M16 8l-8 8"/>',
    "unproven": '<circle class="v-line v-dash" cx="12" cy="12" r="9.5"/>'
    '<path class="v-line" d="M9.2 9.5a2.9 2.9 0 1 1 4.3 2.5c-1 .6-1.5 1.1-1.5 2.2M12 17.3v.3"/>',
}

# The o of "tỏ": a question (the hook above it) over a disc of light.
MARK = (
    '<circle class="mark-sun" cx="16" cy="21.5" r="9.5"/>'
    '<path class="mark-hook" d="M12.2 4.6c1-3.4 8-3.6 8 .5 0 2.5-3.7 2.6-3.7 5.7"/>'
)
