"""Where things are kept: one backend a module or package, behind the Protocols of `interfaces`."""
