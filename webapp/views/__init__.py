"""Turns answers and failures into HTML, one module each page. Pure: values and texts in, escaped markup out."""
