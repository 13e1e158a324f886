"""An exhibit that the compute client answers, fast enough to follow a slider."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from gancore.runtime.compute_client import ComputeClient
from gancore.runtime.frames import encode
from ui.exhibits.requests import Read, asking
from ui.shared.component import mount_command

_Setting = TypeVar("_Setting")


@dataclass(frozen=True)
class Answered(Generic[_Setting]):
    """Mounts the component of `folder`; the job that answers it has the folder's name.

    read: makes a setting of the fields that the browser sends; question: the job's fields of a setting; controls: what
    they offer, for the message; words: the sentences that go with an answer.
    """

    folder: Path
    read: Read[_Setting]
    question: Callable[[_Setting], Mapping[str, Any]]
    controls: Callable[[_Setting], Mapping[str, Any]]
    words: Callable[[_Setting, Mapping[str, Any]], Mapping[str, Any]] = lambda setting, answer: {}

    def mount(
        self, setting: _Setting, client: ComputeClient, /, *, height: int = 640, key: str
    ) -> tuple[_Setting, bool]:
        """Draws the exhibit; returns its setting as it is now, and whether nobody turns anything.

        Call it in an `st.fragment` of its own. The browser has one request under way at a time, and sends the setting
        once more, marked so, when it has come to rest.

        Args:
            setting: from the page's address or its card; a new one moves the controls.
            client: answers the job.
            height: of the whole component, in CSS pixels.
            key: the element's key.
        """
        memory = asking(key)
        setting, rests = memory.take(setting, self.read)
        data = self.packed(setting, client, height=height, key=key, heard=memory.heard.last)
        mount_command(self.folder)(key=key, data=data, height=height, on_asked_change=memory.arrive)
        return setting, rests

    def packed(
        self,
        setting: _Setting,
        client: ComputeClient,
        *,
        height: int = 640,
        key: str = "",
        heard: Mapping[str, int] | None = None,
    ) -> bytes:
        """The message to the browser: one frame of the codec with the job's answer and its arrays.

        Where none came, `answer` is null, `problem` says why, and there are no arrays.

        Args:
            setting: as for `mount`.
            client: as for `mount`.
            height: as for `mount`.
            key: as for `mount`.
            heard: the number of the last request from each viewer that this answers.
        """
        meta = {
            "key": key,
            "height": height,
            "heard": dict(heard or {}),
            "setting": asdict(setting),  # pyright: ignore[reportArgumentType]
            "problem": None,
            "answer": None,
            **self.controls(setting),
        }
        try:
            answer, arrays = client.ask(self.folder.name, **self.question(setting))
        except ValueError as error:
            return encode({**meta, "problem": str(error)}, {})
        return encode({**meta, "answer": {**answer, **self.words(setting, answer)}}, arrays)
