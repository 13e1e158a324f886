"""Answers the first GAN: what it shows after the moves so far, and what there is to say of it."""

from typing import Any

from gancore.demos.first_gan import EVEN, MOST_STEPS
from gancore.runtime.compute_client import ComputeClient
from ui.exhibits.answered import Answered
from ui.exhibits.exhibit import Answer, Question
from ui.exhibits.first_gan.codec import Place
from ui.exhibits.first_gan.words import tour

ANSWERED = Answered[Place](
    name="first_gan",
    question=lambda place: {"seed": place.seed, "moves": place.moves},
    controls=lambda place: {"most_steps": MOST_STEPS, "even": EVEN},
    words=lambda place, answer: {"seen": tour().seen_in_stretches(place.step, answer)},
)


def answer(place: Place, asked: Question, client: ComputeClient) -> Answer:
    """The GAN at a place; to a browser that asks for the first time also the words of the tour."""
    meta, arrays = ANSWERED.answer(place, asked, client)
    first: dict[str, Any] = {} if asked.setting is not None else {"tour": tour().shown()}
    return {**meta, **first}, arrays
