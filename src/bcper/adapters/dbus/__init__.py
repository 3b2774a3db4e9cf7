"""Desktop and system services over D-Bus, by the jeepney package (https://jeepney.readthedocs.io)."""
