"""What is Streamlit's: the stage, the knobs, the lecture cards, and the page that holds them."""
