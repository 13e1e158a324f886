"""A lesson: a comparison that follows the cards of a lecture, and keeps what was answered on them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gancore.experiments.presets import PRESETS
from gancore.runtime.registry import Registry
from ui.app.address import Later, PageState
from ui.exhibits import CODECS, USUAL, Settings
from ui.lecture.card_action import CardAction
from ui.lecture.cards import Card
from ui.stage.comparison import Comparison, Described, one_at_a_time
from ui.stage.scenario import Scenario

_AT_START = ("queued", "starting", "paused")


def scenario_of(card: Card, scenarios: Sequence[Scenario]) -> Scenario | None:
    """The scenario that a card brings; None where it brings none."""
    return next((each for each in scenarios if each.name == card.scenario), None)


class Lesson(Comparison):
    """A comparison with the cards that speak of it.

    A card that is turned to brings its own stage. What has been chosen on a card stays with it; the answer to a
    prediction is given once the run has come as far as the card says.

    cards: those of the lecture; answers: what was chosen on a card, both counted from 1.
    """

    def __init__(
        self, registry: Registry, state: PageState, scenarios: Sequence[Scenario], cards: Sequence[Card]
    ) -> None:
        super().__init__(registry, state, scenarios)
        self.cards = cards
        self.answers: dict[int, int] = {}
        self._told: frozenset[int] = frozenset()  # the cards whose answer was given

    # ── Cards ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def card(self) -> Card:
        """The card that is open."""
        return self.cards[self.state.card - 1]

    @property
    def around(self) -> tuple[object, ...]:
        """As of every comparison, and what was answered."""
        return (*super().around, dict(self.answers), self._told, self.can_undo)

    @one_at_a_time
    def turn_to(self, number: int) -> None:
        """Opens a card; where there is none of that number, nothing happens."""
        if not 1 <= number <= len(self.cards):
            return
        settings = {**self.state.settings, **self.cards[number - 1].settings}
        self.state = replace(self.state, card=number, settings=settings)
        self.notices = []
        self._before.clear()
        self.bring()

    @one_at_a_time
    def bring(self, *, anew: bool = False) -> None:
        """Puts the open card's scenario on the stage, as the card says; `anew`: though it is there already."""
        scenario = self.scenario_of_card
        if scenario is None:
            if self.state.many:
                self._on_single()
            return
        wanted = self.state_with(scenario)
        goes_on = self.card.opens == "goes_on" or self.state.card in self.answers
        begun = any(run is not None for run in self.runs)
        if goes_on and begun and not anew and replace(self.state, many=False) == wanted:
            if self.state.many:
                self._on_single()
            return
        self.show(wanted)
        self.start(paused=self.card.opens == "curtain")

    def _on_card(self, by: int) -> None:
        self.turn_to(self.state.card + by)

    def _on_reset(self) -> None:
        """The card as it was opened, the exhibit beside it too; the answer stays."""
        self._remember()
        self.state = replace(self.state, settings={**self.state.settings, **self._opened})
        self.notices = []
        self.bring(anew=True)

    @property
    def scenario_of_card(self) -> Scenario | None:
        """The scenario that the open card brings; None where it brings none."""
        return scenario_of(self.card, self._scenarios)

    @property
    def _opened(self) -> Settings:
        """The exhibits as the open card opens them."""
        return {**USUAL, **self.card.settings}

    @property
    def is_other(self) -> bool:
        """Whether something else than the open card's scenario is on the stage, so that its words may not hold."""
        scenario = self.scenario_of_card
        return scenario is not None and self.state.presets[: len(scenario.presets)] != scenario.presets

    # ── The question ──────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def chosen(self) -> int | None:
        """The choice on the open card, counted from 1."""
        return self.answers.get(self.state.card)

    @property
    def is_told(self) -> bool:
        """Whether the open card's answer is given."""
        return self.state.card in self._told

    @property
    def _is_due(self) -> bool:
        """Whether the open card's question was answered, and its run has come as far as the answer needs."""
        card = self.card
        if not card.choices or self.chosen is None or self.is_told:
            return False
        if not card.reveal:
            return True
        run = self.runs[card.panel] if card.panel < len(self.runs) else None
        return run is not None and (run.step >= card.reveal or (run.ended and run.step > 0))

    @property
    def stamp(self) -> tuple[object, ...]:
        """As of every comparison; another one, too, when an answer is due."""
        return (*super().stamp, self._is_due)

    @one_at_a_time
    def tell(self) -> None:
        """Gives the open card's answer."""
        self._told |= {self.state.card}

    def _on_choose(self, choice: int) -> None:
        """A guess starts what it is about; it can be changed until the answer is given."""
        card = self.card
        if choice > len(card.choices) or (self.is_told and card.reveal):
            return
        self.answers[self.state.card] = choice
        if self._is_due:
            self.tell()
        elif card.reveal and all(run is None or (run.step == 0 and run.state in _AT_START) for run in self.runs):
            self._on_play()

    def described(self) -> Described:
        """As of every comparison; gives the answer that is due."""
        if self._is_due:
            self.tell()
        return super().described()

    # ── What a card offers to try ─────────────────────────────────────────────────────────────────────────────────────

    def _of_card(self) -> PageState:
        """The state in which the open card's own experiment stands on the stage."""
        if (scenario := self.scenario_of_card) is not None:
            return self.state_with(scenario)
        usual = tuple(PRESETS[name].config.changed(seed=self.state.seed) for name in self.state.presets)
        return replace(self.state, configs=usual, many=False, later=())

    def _with(self, action: CardAction) -> PageState:
        """The card's experiment with what an action changes."""
        state = self._of_card()
        if action.settings:
            read: dict[str, Any] = {
                kind: CODECS[kind].read(fields, self._opened[kind])[0] for kind, fields in action.settings.items()
            }
            return replace(self.state, settings={**self.state.settings, **read})
        panels = range(len(state.configs)) if action.panel is None else [action.panel]
        if action.at:
            later = Later(action.at, dict(action.changes))
            return replace(state, later=tuple(later if i in panels else None for i in range(len(state.configs))))
        for panel in panels:
            state = state.with_config(panel, state.configs[panel].changed(**action.changes))
        return state

    def is_tried(self, action: CardAction) -> bool:
        """Whether the stage, or the exhibit, is as an action leaves it."""
        if not self._fits(action):
            return False
        wanted = self._with(action)
        return replace(self.state, many=False) == wanted

    def _fits(self, action: CardAction) -> bool:
        return action.panel is None or action.panel < len(self._of_card().configs)

    @one_at_a_time
    def try_out(self, action: CardAction) -> None:
        """Does what an action says to the card's own experiment, from its start; undoes it where it is done already."""
        self._try(self._do, action=action)

    def _do(self, action: CardAction) -> None:
        tried = self.is_tried(action)
        if action.settings:
            opened = {kind: self._opened[kind] for kind in action.settings}
            wanted = replace(self.state, settings={**self.state.settings, **opened}) if tried else self._with(action)
            self.state = wanted
            return
        wanted = self._of_card() if tried else self._with(action)
        self._remember()
        self.show(wanted, play=True)
