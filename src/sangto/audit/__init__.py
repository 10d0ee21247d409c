"""Audit.

Owns: LogEntry (append-only, hash-chained), Event (the positioned feed) and the one sequencer.
Stands on: ui, lib.
Never: be edited.
Start reading at: services.py
"""
