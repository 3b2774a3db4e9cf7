"""What is in order, what could be better and what is wrong: facts in, findings out (docs/doctor.md)."""
