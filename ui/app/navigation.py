"""The list of pages, and nothing else. Streamlit runs it around each of them."""

from pathlib import Path

import streamlit as st

from ui.app.frame import PAGE_TITLE, frame
from ui.lecture.glossary import explain_terms

_PAGES = Path(__file__).resolve().parents[2] / "pages"

st.set_page_config(page_title="Why GANs fail", page_icon=str(_PAGES.parent / "assets" / "icon.svg"), layout="wide")
frame()
explain_terms()
page = st.navigation(
    [
        st.Page(
            _PAGES / "start.py",
            title="Start",
            icon=":material/flag:",
            help="What a GAN is, step by step; the lectures, plans for them, and exercises.",
            default=True,
        ),
        st.Page(
            _PAGES / "mode_collapse.py",
            title="Mode collapse",
            icon=":material/scatter_plot:",
            help="A GAN loses its modes beside the same GAN that keeps them.",
        ),
        st.Page(
            _PAGES / "vanishing_gradients.py",
            title="Vanishing gradients",
            icon=":material/trending_down:",
            help="Why a better discriminator can teach its generator less.",
        ),
        st.Page(
            _PAGES / "non_convergence.py",
            title="Non-convergence",
            icon=":material/cyclone:",
            help="Why a GAN circles for ever, and what makes it settle.",
        ),
        st.Page(
            _PAGES / "diffaugment.py",
            title="DiffAugment",
            icon=":material/filter_b_and_w:",
            help="What few images do to a discriminator, and what helps.",
        ),
        st.Page(
            _PAGES / "measuring.py",
            title="Measuring a GAN",
            icon=":material/straighten:",
            help="What the scores answer to, and what fools them.",
        ),
    ],
    position="top",
)
st.session_state[PAGE_TITLE] = page.title
page.run()
