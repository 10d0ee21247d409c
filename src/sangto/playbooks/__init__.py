"""Playbooks.

Owns: Playbook, PlaybookVersion, Run, Choice: decision trees and the walks through them.
Stands on: evidence and below.
Never: know rumours: drills walk the same trees.
Start reading at: tree.py
"""
