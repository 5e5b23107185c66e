"""What can go wrong with a Letta server, and what a client is told about it."""

from ltmc_server.errors import BackendError, RequestError


class LettaRefused(RequestError):
    """Letta does not do what it was asked, and would not do it later; the status says why."""

    code = "letta_refused"

    def __init__(self, status: int, said: str, hint: str | None = None) -> None:
        super().__init__(f"Letta answered {status}: {said}", hint)
        self.details = {"status": status}


class LettaUnavailable(BackendError):
    """Letta did not answer, or answered that it can not now."""

    code = "letta_unavailable"

    def __init__(self, cause: str, hint: str, *, status: int | None = None) -> None:
        super().__init__(f"Letta {cause}.", hint)
        self.details = {} if status is None else {"status": status}


class LettaInconsistent(BackendError):
    """Letta answered with success, and its answer does not show what it was asked to do."""

    code = "letta_inconsistent"

    def __init__(self, done: str, lacks: str, hint: str) -> None:
        super().__init__(f"Letta answered that it {done}, but its answer {lacks}.", hint)
