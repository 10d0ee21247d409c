"""Live.

Owns: Server-sent streams: a raw ASGI app, a replay table, cursors, signed subscriptions.
Stands on: ui, lib.
Never: know who speaks: no domain words.
Start reading at: asgi.py
"""
