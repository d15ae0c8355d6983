"""The pages, one module each with its `PAGE`. Which of them there are stands in `webapp/pages/site.py`."""
