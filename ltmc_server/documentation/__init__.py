"""Code and its documents, kept in step: public names, generated sections, what is out of step."""
