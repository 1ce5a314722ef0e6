"""Page configuration and navigation, nothing else."""

import sys
from pathlib import Path

if (ROOT := str(Path(__file__).resolve().parents[1])) not in sys.path:
    sys.path.insert(0, ROOT)  # `streamlit run` puts only this folder on the path

import streamlit as st

from dashboard import loading

shell = loading.shell()
st.set_page_config(page_title="Tenure", page_icon=shell.ICON, layout="wide")
page = shell.navigation()
shell.show(page)
