"""Interface.

Owns: Base templates, components, CSS, JavaScript and slots.
Stands on: lib.
Never: have a table.
Start reading at: templates/ui/base.html
"""
