"""Sáng Tỏ.

Owns: Settings, addresses, ASGI entry, the sangto command, the embedded database.
Stands on: every room.
Never: hold domain logic.
Start reading at: cli.py
"""
