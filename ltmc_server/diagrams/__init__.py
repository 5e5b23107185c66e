"""Sources → what is in them and what leads where → a diagram, as text or as a picture."""
