"""Small things every room may stand on, one topic per file.

Owns: ids, codes, folding of text, progress lines.
Stands on: the standard library only.
Never: imports Django, a database or another room.
Start reading at: codes.py
"""
