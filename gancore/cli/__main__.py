"""`python -m gancore.cli`."""

import sys

from gancore.cli import app

sys.exit(app())
