"""Files that look as if they held secrets: listed like others, and not read."""

import re
from collections.abc import Sequence
from typing import Final

_FOLDERS: Final = frozenset({".aws", ".azure", ".docker", ".gcloud", ".gnupg", ".kube", ".ssh"})
"""Everything in them."""

_NAMES: Final = re.compile(
    r"""
      \.env(rc|\..+)? | .+\.env
    | .+\.(pem|key|p12|pfx|jks|keystore|kdbx?|ppk|tfstate)
    | id_(rsa|dsa|ecdsa|ed25519)(_sk)?(\..+)?
    | [._]netrc | \.npmrc | \.pypirc | \.pgpass | \.my\.cnf | \.htpasswd | \.dockercfg
    | \.git-credentials | \.vault-token | \.s3cfg | \.boto
    | \.?credentials?(\.\w+)? | \.?secrets?(\.\w+)?
    | (client_secret|service[-_]account).*\.json
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HARMLESS: Final = re.compile(
    r".+\.(pub|example|sample|template|dist|py|md|rs|go|js|ts)", re.IGNORECASE
)
"""The public half of a key, the pattern of a settings file, code about secrets."""


def looks_secret(parts: Sequence[str]) -> bool:
    """Tell whether the file with this path, in parts, looks as if it held secrets."""
    *folders, name = parts
    if any(folder.lower() in _FOLDERS for folder in folders):
        return True
    # The configuration of a git repository may hold a token in the address of its remote.
    if folders and folders[-1].lower() == ".git" and name.lower() == "config":
        return True
    return bool(_NAMES.fullmatch(name)) and not _HARMLESS.fullmatch(name)
