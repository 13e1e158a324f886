"""How many files and sockets the server may have open.

Streamlit keeps 128 sessions that have ended, in case they come back, and each holds three; macOS allows 256 in all.
"""

import sys

WANTED = 4096


def allow_many() -> None:
    """Raises the number that is allowed to `WANTED`, or to as many as the system gives. More than that stays."""
    if sys.platform == "win32":
        return  # there is no such limit
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
