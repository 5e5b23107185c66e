"""Where backends are chosen and everything is joined; imported by nothing but the server."""
