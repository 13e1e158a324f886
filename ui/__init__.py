"""The app: the stage, the knobs, the lecture cards, the exhibits, and the pages that hold them."""
