"""The server may have as many files open as a class needs, wherever it is started."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")

CODE = """
import resource
from ui.app.open_files import allow_many
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
allow_many()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "allowed"), [(256, 8192, 4096), (256, 1024, 1024), (5000, 8192, 5000), (256, 256, 256)]
)
def test_the_limit_is_raised_as_far_as_it_may_be_and_never_lowered(soft: int, hard: int, allowed: int) -> None:
    import resource

    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] not in (resource.RLIM_INFINITY,) and (
        resource.getrlimit(resource.RLIMIT_NOFILE)[1] < hard
    ):
        pytest.skip("this machine allows fewer")
    code = CODE.format(soft=soft, hard=hard)
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.split() == [str(allowed), str(hard)]
