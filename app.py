"""The app: Streamlit with the pages of `ui/app/navigation.py`, and beside it the live channel. `make run` opens it."""

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

from ui.app.admission import Admission
from ui.app.greeting import greet
from ui.app.sessions import rooms
from ui.channel import Serving

app = st.App(
    "ui/app/navigation.py",
    routes=Serving(rooms).routes(config.get_option("server.baseUrlPath")),
    middleware=[Middleware(Admission)],
    lifespan=greet,
)
