"""What a client needs before it can ask. Slow to import: called in a thread."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ltmc_server.dataclass import dataclass
from ltmc_server.letta.errors import LettaUnavailable
from ltmc_server.settings import Settings

if TYPE_CHECKING:
    from ssl import SSLContext


@dataclass(frozen=True, slots=True)
class Prepared:
    """How a server is spoken to."""

    url: str
    """Where it is, without the last slash."""
    headers: Mapping[str, str]
    """Those of letta-client. Without its version in them Letta answers as it did years ago, with
    twice the bytes in four times the time."""
    ssl: "SSLContext | bool"
    proxy: str | None


def prepared(settings: Settings) -> Prepared:
    """Import what speaks to Letta, and read how from letta-client and the environment."""
    from urllib.request import getproxies, proxy_bypass

    import httpx
    import letta_client
    import tenacity  # noqa: F401  so that the first request finds it imported

    key = key_of(settings)
    if not (key.isascii() and (key.isprintable() or not key)):
        raise LettaUnavailable(
            "can not be asked: LTMC_LETTA_API_KEY has characters that no header takes",
            "The operator sets it to the key alone.",
        )
    # It is asked for its headers and never sends: ours is half the time of its shortest way.
    sdk = letta_client.AsyncLetta(
        base_url=settings.letta_base_url,
        api_key=key,
        max_retries=0,
        http_client=httpx.AsyncClient(verify=False),  # noqa: S501  the certificates take 30 ms
    )
    headers = {name: said for name, said in sdk.default_headers.items() if isinstance(said, str)}
    del headers["Content-Type"]
    headers["X-Stainless-Async"] = "async:asyncio"  # It looks at this thread, which has no loop.
    if not key:
        del headers["Authorization"]
    url = httpx.URL(settings.letta_base_url)
    proxy = None if proxy_bypass(url.host) else getproxies().get(url.scheme)
    # The certificates that letta-client would take: SSL_CERT_FILE, or those of certifi.
    ssl = httpx.create_ssl_context() if url.scheme == "https" else True
    return Prepared(settings.letta_base_url.rstrip("/"), headers, ssl, proxy)


def key_of(settings: Settings) -> str:
    """Return the key that is shown; empty for none."""
    key = settings.letta_api_key
    return key.get_secret_value().strip() if key else ""
