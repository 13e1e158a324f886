"""Declares a component whose JavaScript and CSS are files of this package, and gives the command that mounts it.

Streamlit looks for a component's files in the import package that is named like the distribution (`gancore`) and
refuses a folder outside it. These files belong to `ui`, so they are declared here instead, by the call that Streamlit's
own scan ends in. That works from a checkout, an editable install and a wheel alike; the wheel only has to carry the
`frontend` folders.

Every component has all of `ui` for its files, so that scripts import each other by relative paths, which an editor and
a type checker can follow.
"""

from functools import cache
from pathlib import Path

from streamlit.components.v2 import component
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.components.v2.types import ComponentRenderer

_DISTRIBUTION = "gancore"
_UI = Path(__file__).parents[1]


def mount_command(folder: Path) -> ComponentRenderer:
    """The command that mounts the component of a folder: `frontend/<its name>.js` and `.css` are its entry.

    Call it at each mount and not at import: outside a running server there is no lasting manager to declare to, and
    each runtime (each AppTest too) has its own.

    Args:
        folder: within `ui`; its name is the component's.
    """
    full_name = f"{_DISTRIBUTION}.{folder.name}"
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(full_name) is None:
        components = [ComponentConfig(name=folder.name, asset_dir=_UI.name)]
        manager.register_from_manifest(ComponentManifest(_DISTRIBUTION, "0", components), _UI.parent)
    return _command(full_name, (folder / "frontend" / folder.name).relative_to(_UI).as_posix())


@cache
def _command(full_name: str, entry: str) -> ComponentRenderer:
    return component(full_name, js=f"{entry}.js", css=f"{entry}.css")
