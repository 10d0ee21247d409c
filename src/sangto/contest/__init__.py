"""Contests.

Owns: Contest, Entry, Score: the writing contest.
Stands on: training and below.
Never: touch a live desk's data from a drill.
Start reading at: __init__.py (nothing but this card yet)
"""
