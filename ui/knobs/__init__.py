"""The knobs: a Components-v2 panel of everything in a `RunConfig` that a class may turn, acting while it is dragged."""

from ui.knobs.changes import Change, Refusal, Request, read_requests, settle
from ui.knobs.mount import knobs, payload

__all__ = ["Change", "Refusal", "Request", "knobs", "payload", "read_requests", "settle"]
