"""The live channel: a socket between a stage and the server, beside Streamlit, which only lays out."""

from ui.channel.messages import VERSION
from ui.channel.room import Room
from ui.channel.rooms import Rooms
from ui.channel.serving import Serving

__all__ = ["VERSION", "Room", "Rooms", "Serving"]
