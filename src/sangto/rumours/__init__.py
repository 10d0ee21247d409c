"""Rumours.

Owns: Rumour, Sighting, Exhibit, their triage and clocks; Task, Note, ExpertRequest, Enquiry.
Stands on: intake, playbooks, evidence and below.
Never: judge an opinion or record who wrote a post.
Start reading at: workflow.py, clock.py, triage.py
"""
