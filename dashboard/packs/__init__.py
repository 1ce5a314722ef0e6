"""What leaves the page as a file: a budget with formulas, slides, a page to print. No streamlit."""
