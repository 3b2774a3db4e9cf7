"""When a schedule fires, in any time zone and across the nights on which the clocks change.

Times of day are on the wall clock and each fires once: one that the clock skips moves to the first minute
after the gap, one that it shows twice fires the first time (FAULTS.md row 30). A cron pattern without a
restricted hour has no time of day and runs by elapsed time, as in Debian's cron: a skipped hour is no
firing, an hour shown twice is two. Intervals of hours run by elapsed time too.
"""

from bcper.domain.policy.schedule.firing import last_firing, next_firing, next_firings

__all__ = ["last_firing", "next_firing", "next_firings"]
