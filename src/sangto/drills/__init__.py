"""Drills.

Owns: Exercise, Inject, Team, Response, Observation.
Stands on: publishing and below.
Never: let exercise content reach a public page, feed, index or channel.
Start reading at: __init__.py (nothing but this card yet)
"""
