"""A room: what stands on one page's stage, who drives it and who watches.

A page makes a room and gives its stage the room's id and a token. Whoever brings the driving token may do what the
stage, the knobs and the exhibits can; whoever brings the other one sees the same and changes nothing.
"""

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

from gancore.runtime.compute_client import ComputeClient
from gancore.runtime.history import History
from gancore.runtime.run import Parent, Run
from ui.app.address import LABELS
from ui.channel.allowance import Allowance
from ui.channel.messages import Ask, Command, Turn, arguments
from ui.channel.packing import Stretch, pack_answer, pack_frames, pack_state
from ui.channel.viewer import Refusal, Viewer
from ui.exhibits import EXHIBITS
from ui.knobs import described, settle
from ui.stage.comparison import Comparison
from ui.stage.payload import scene_key

_KEPT = 8  # packed messages that several viewers are sent
_OLDER = 4e6  # bytes of older frames a second that all viewers together are sent: the present comes first

Role = Literal["drives", "watches"]


class Room:
    """One page of one visitor. Its `comparison` may become another one: that of a tab that comes back.

    page: the lecture's name; held: whether a session draws it; tab: the browser tab that opened it, once that has said
    so; viewers: who is connected; foremost: the knobs that stand above all others.
    """

    def __init__(self, page: str, comparison: Comparison, client: Callable[[], ComputeClient]) -> None:
        self.id = secrets.token_urlsafe(16)
        self.driver = secrets.token_urlsafe(16)  # 128 bits, as the watcher's
        self.watcher = secrets.token_urlsafe(16)
        self.page = page
        self.comparison = comparison
        self.held = True
        self.tab: str | None = None
        self.viewers: set[Viewer] = set()
        self.foremost: Sequence[str] = ()
        self.state: bytes | None = None
        self.scenes: Mapping[str, bytes] = {}
        self.knobs: Mapping[str, Any] | None = None
        self.older = Allowance(_OLDER, _OLDER / 4)
        self._client = client
        self._described = threading.Lock()
        self._seen: object = None
        self._runs: Sequence[Run] = ()
        self._packed: dict[object, bytes] = {}

    def role_of(self, token: str) -> Role | None:
        """The role that a token gives; the time that this takes says nothing of the tokens."""
        given = token.encode(errors="replace")
        drives = secrets.compare_digest(given, self.driver.encode())
        watches = secrets.compare_digest(given, self.watcher.encode())
        return "drives" if drives else "watches" if watches else None

    # ── What is said ──────────────────────────────────────────────────────────────────────────────────────────────────

    def obey(self, viewer: Viewer, message: Command | Turn) -> None:
        """Carries out what a viewer who drives has asked for. May wait for a worker."""
        if isinstance(message, Turn):
            self._turn(viewer, message)
        else:
            self.comparison.obey(message.kind, **arguments(message))

    def _turn(self, viewer: Viewer, turn: Turn) -> None:
        comparison = self.comparison
        labels = [label.upper() for label in LABELS]
        settled = settle(turn.panel, turn.field, turn.value, comparison.state.configs, labels)
        if isinstance(settled, str):
            viewer.refused[turn.field] = Refusal(turn.number, settled)
        else:
            viewer.refused.pop(turn.field, None)
            comparison.turn(settled.panel, settled.field, settled.value)
        viewer.heard = max(viewer.heard, turn.number)

    def answer(self, ask: Ask) -> bytes | None:
        """An exhibit's answer; None where there is no such exhibit. May take long."""
        exhibit = EXHIBITS.get(ask.exhibit)
        if exhibit is None or exhibit.codec is None or exhibit.answer is None:
            return None
        usual = self.comparison.state.settings[exhibit.name]
        setting = usual
        if ask.setting is not None:
            setting, _ = exhibit.codec.read(ask.setting, usual)
            self.comparison.set_setting(exhibit.name, setting, rests=ask.rests)
        meta, arrays = exhibit.answer(setting, ask, self._client())
        return pack_answer(exhibit.name, ask.number, {"setting": asdict(setting), **meta}, arrays)

    # ── What is shown ─────────────────────────────────────────────────────────────────────────────────────────────────

    def runs(self) -> list[tuple[str, History, Parent | None]]:
        """The runs that the state names, each with its frames and where it was split off."""
        return [(run.id, run.history, run.parent) for run in self._runs]

    @property
    def newest(self) -> tuple[int, ...]:
        """The number of each run's newest frame."""
        return tuple(0 if history.last is None else history.last.seq for _, history, _ in self.runs())

    @property
    def stamp(self) -> object:
        """Another one whenever there may be something new to describe."""
        return (self.comparison.stamp, tuple(self.foremost))

    def describe(self) -> bool:
        """Looks at the stage and the knobs; True where they are not as they were. Takes some milliseconds."""
        with self._described:
            comparison = self.comparison
            mark = comparison.mark  # before all else: what changes meanwhile is described once more
            stage, scenes, runs = comparison.described()
            state = pack_state({**stage, "mark": mark})
            configs, activity = comparison.state.configs, comparison.activity
            asked = (configs, activity, self.foremost)
            self._runs = runs
            if state == self.state and asked == self._seen:
                return False
            if asked != self._seen:
                labels = [label.upper() for label in LABELS[: len(configs)]]
                self.knobs = described(configs, labels, activity=activity, foremost=self.foremost)
                self._seen = asked
            if state != self.state:
                self.scenes = {scene_key(scene): scene for scene in scenes}
                self.state = state
            return True

    def packed(self, stretches: Sequence[Stretch]) -> bytes:
        """Frames as a message. Viewers who are as far as each other are sent the same bytes."""
        key = tuple((run, complete, *(frame.seq for frame in frames)) for run, frames, complete in stretches)
        found = self._packed.get(key)
        if found is None:
            if len(self._packed) >= _KEPT:
                self._packed.clear()
            found = self._packed[key] = pack_frames(stretches)
        return found

    # ── Who is here ───────────────────────────────────────────────────────────────────────────────────────────────────

    def leave(self) -> None:
        """The session that drew it has ended; the runs are freed after their grace, unless somebody watches. Runs on
        the server's event loop: it signals and never waits."""
        self.held = False
        self.comparison.leave()

    def part(self, viewer: Viewer) -> None:
        """A viewer has gone. Where nobody is left, nothing waits for the next one, and runs that were asked for in the
        last moment are freed too."""
        self.viewers.discard(viewer)
        if self.viewers:
            return
        self._packed.clear()
        # Hundreds of rooms may wait for somebody to come back: what can be described anew is not kept.
        self.state, self.scenes, self.knobs, self._seen = None, {}, None, None
        self.let_go()

    def let_go(self) -> None:
        """Frees the runs after their grace, where nobody holds the room and nobody watches."""
        if not self.held and not self.viewers:
            self.comparison.leave()
