"""Figures.

Owns: Figures for each unit, locked criteria and comments on figures.
Stands on: every room below, through their selectors.
Never: change another room.
Start reading at: selectors.py
"""
