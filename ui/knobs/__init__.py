"""The knobs: a Components-v2 panel of everything in a `RunConfig` that a class may turn, acting while it is dragged."""

from ui.knobs.board import knobs, payload
from ui.knobs.changes import Change, Refusal, Request, read_requests, settle

__all__ = ["Change", "Refusal", "Request", "knobs", "payload", "read_requests", "settle"]
