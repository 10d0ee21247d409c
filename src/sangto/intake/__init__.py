"""Intake.

Owns: Tip, Door, Reply; the ask page and a tip's follow page.
Stands on: evidence, catalogue, delivery and below.
Never: decide anything.
Start reading at: services
"""
