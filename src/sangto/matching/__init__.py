"""Finds the published answer to a message: types in, ranked hits with reasons out.

Owns: the encoder, the text index, the probability that a message and a claim are the same, and the difference guard.
Stands on: lib
Never: imports Django, talks to a database or the network, or decides more than answer, suggest or none.
Start reading at: types.py, then matcher.py
"""
