"""Engines of comparison, from their published recipes: they change only with a stated reason.

Where a recipe leaves a choice, it is made in the engine's favour, and its file says so.
"""
