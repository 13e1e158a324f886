"""Start: a first GAN stepped by hand, the lectures, plans for those who give them, and exercises."""

from ui.start.page import start_page

start_page()
