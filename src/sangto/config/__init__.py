"""The frame.

Owns: Settings, addresses, ASGI entry, the sangto command, the embedded database, the sample desk.
Stands on: every room.
Never: hold domain logic.
Start reading at: cli.py
"""
