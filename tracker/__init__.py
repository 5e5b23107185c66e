"""What we add to asv: locked environments, a tracking run, and pages on the published site."""
