"""Rumours.

Owns: Rumour, Sighting, Exhibit, Task and their clocks.
Stands on: intake, playbooks, evidence and below.
Never: judge an opinion or record who wrote a post.
Start reading at: workflow.py
"""
