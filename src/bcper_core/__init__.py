"""The names of the original library, over ``bcper.apps.library``."""
