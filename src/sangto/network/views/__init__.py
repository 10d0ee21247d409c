"""Pages about desks, people, their duty and places; `urls` takes them from the modules."""
