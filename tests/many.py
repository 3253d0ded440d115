"""How much deeper the long run looks: `make test-long`."""

import os

TIMES = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 1
"""So many times the examples of `make test`."""
