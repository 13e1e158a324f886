"""`python -m ui` opens the app: `streamlit run app.py`, from wherever it is started.

Arguments go to `streamlit run`, such as `--server.port 8600`.
"""

import sys
from pathlib import Path

from streamlit.web.cli import main as streamlit

APP = Path(__file__).parents[1] / "app.py"


def main() -> None:
    """Runs the app until it is stopped."""
    streamlit(["run", str(APP), *sys.argv[1:]], prog_name="streamlit")


if __name__ == "__main__":
    main()
