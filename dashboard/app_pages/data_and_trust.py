import streamlit as st

from dashboard import session

company = session.company()
st.title("Can this data carry it?")
