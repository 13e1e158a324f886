"""Declares a component whose JavaScript and CSS are files of this package, and mounts it.

Streamlit looks for a component's files in the import package that is named like the distribution (`gancore`) and
refuses a folder outside it. These files belong to `ui`, so they are declared here instead, by the call that Streamlit's
own scan ends in. That works from a checkout, an editable install and a wheel alike; the wheel only has to carry the
`frontend` folders.
"""

from functools import cache
from pathlib import Path

from streamlit.components.v2 import component
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.components.v2.types import ComponentRenderer

_DISTRIBUTION = "gancore"
_FOLDER = "frontend"


def file_backed(name: str, package: Path) -> ComponentRenderer:
    """The mounting command of the component `name`.

    Call it at each mount and not at import: outside a running server there is no lasting manager to declare to, and
    each runtime (each AppTest too) has its own.

    Args:
        name: names the component and its entry files, `frontend/<name>.js` and `frontend/<name>.css`.
        package: the folder that holds `frontend`.
    """
    return _command(declare(name, package), name)


def declare(name: str, package: Path) -> str:
    """Makes the files of a component known to the server without mounting it; returns its full name.

    The scripts of another component can then import them, as "../gancore.<name>/<file>.js".
    """
    full_name = f"{_DISTRIBUTION}.{name}"
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(full_name) is None:
        components = [ComponentConfig(name=name, asset_dir=_FOLDER)]
        manager.register_from_manifest(ComponentManifest(_DISTRIBUTION, "0", components), package)
    return full_name


@cache
def _command(full_name: str, entry: str) -> ComponentRenderer:
    return component(full_name, js=f"{entry}.js", css=f"{entry}.css")
