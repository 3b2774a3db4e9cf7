"""What the history of runs says of today: who needs attention, what would be lost, when a store is full.

Policies of the window's first page; history here outlives retention: a pruned run is not a missed one.
"""
