"""What `ui/shared/component.py` assumes of Streamlit, so that another release is told apart at once."""

import inspect
from dataclasses import fields

from streamlit.components.v2 import component
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest


def test_streamlit_takes_a_manifest_as_it_is_given_here() -> None:
    assert list(inspect.signature(BidiComponentManager.register_from_manifest).parameters) == [
        "self",
        "manifest",
        "package_root",
    ]
    assert list(inspect.signature(BidiComponentManager.get_component_asset_root).parameters)[:2] == ["self", "name"]
    assert {"name", "asset_dir"} <= {field.name for field in fields(ComponentConfig)}
    assert [field.name for field in fields(ComponentManifest)] == ["name", "version", "components"]
    assert {"name", "js", "css"} <= set(inspect.signature(component).parameters)
