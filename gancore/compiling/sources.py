"""The code that a compiled step function is made of, and a digest of it."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

__all__ = ["LIBRARY", "MAKER", "digest", "sources"]

LIBRARY = Path(__file__).parents[1]
MAKER = "gancore.compiling.build"  # traces a step function and compiles it


def sources(module: str = MAKER, library: Path = LIBRARY) -> dict[str, ast.Module]:
    """The library's modules that a module is made of, itself among them: name -> syntax tree.

    A module is made of those that it imports, anywhere in its text, and of what they are made of. A package is taken to
    be made of nothing but its modules: its __init__.py counts only where something is imported from it by name.
    """
    found: dict[str, ast.Module] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _file(name, library)
        if path is not None and name not in found:
            found[name] = ast.parse(path.read_bytes())
            waiting += _imported(found[name])
    return found


def digest(module: str = MAKER, library: Path = LIBRARY) -> str:
    """A digest of the code of `sources`: another one for another program, the same for other comments, docstrings and
    line breaks."""
    text = hashlib.sha256()
    for name, tree in sorted(sources(module, library).items()):
        text.update(f"{name} {ast.dump(_without_docstrings(tree))}\n".encode())
    return text.hexdigest()


def _file(name: str, library: Path) -> Path | None:
    """The file of a module of the library; None where there is no such module."""
    top, *parts = name.split(".")
    place = library.joinpath(*parts)
    files = (place / "__init__.py", place.with_suffix(".py")) if parts else (place / "__init__.py",)
    return next((each for each in files if top == library.name and each.is_file()), None)


def _imported(tree: ast.Module) -> Iterator[str]:
    """The names of all modules that a module may import: of what is imported from one, each might be a module too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _without_docstrings(tree: ast.Module) -> ast.Module:
    """The tree without strings that stand as a statement of their own, taken out of it in place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [each for each in node.body if not _is_text(each)]
    return tree


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
