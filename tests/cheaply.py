"""That something is done at once, on machines that others use too."""

import time

RUNS = 5


def cheaply(work, seconds):
    """What `work` returns as soon as one run of it takes less than `seconds` of this thread's processor time.

    A way that costs the square of its input is late every time; a run that the machine holds up is late once.
    """
    taken = []
    for _ in range(RUNS):
        began = time.thread_time()
        made = work()
        taken.append(time.thread_time() - began)
        if taken[-1] < seconds:
            return made
    message = f"at best {min(taken):.2f} seconds of {RUNS} runs"
    raise AssertionError(message)
