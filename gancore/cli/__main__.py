"""`python -m gancore.cli`."""

from gancore.cli import main

main()
