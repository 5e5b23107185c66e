"""Pages of the published site: `render()` is pure, `publish()` is thin."""
