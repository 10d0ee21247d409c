"""The only code of the project that sends anything to anyone."""
