from pathlib import Path

from gancore.data.cache import cache_directory


def test_things_are_kept_in_the_user_s_cache_unless_told(monkeypatch, tmp_path):
    monkeypatch.delenv("GANCORE_CACHE", raising=False)
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    assert cache_directory() == tmp_path / ".cache" / "gancore"
    monkeypatch.setenv("GANCORE_CACHE", "elsewhere")
    assert cache_directory() == Path("elsewhere")
