"""Network.

Owns: Publisher, Person, Guest, Unit, Site, Role, Desk and the desk's clock; hours, duty, leave, charters.
Stands on: audit, ui, lib.
Never: decide what a rumour needs.
Start reading at: services
"""
