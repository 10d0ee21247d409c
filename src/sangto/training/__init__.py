"""Training.

Owns: Session, Attendance, Quiz, Certificate.
Stands on: drills and below.
Never: touch a live desk's data from a drill.
Start reading at: __init__.py (nothing but this card yet)
"""
