# What a person types. `./just` alone lists these.

# "$@" is what was typed; {{options}} would be read by the shell once more: `--bench 'todo|memory'`.
set positional-arguments

[private]
default:
    @just --list --unsorted

# Make .venv, and nothing else
setup:
    @echo "Set up."

# Everything CI runs, in CI's order; with arguments, pytest alone: `./just test -k recall`
test *options:
    #!/usr/bin/env bash
    set -euo pipefail
    if [ $# -gt 0 ]; then exec pytest "$@"; fi
    just lint types layers browser
    pytest -n 2

# The quick part of `test`, under a minute
check: lint types layers
    pytest -m "not slow"

# Format, then fix what can be fixed
fix:
    ruff format .
    ruff check --fix .

lint:
    ruff format --check .
    ruff check .
    codespell

types:
    mypy

layers:
    lint-imports

# A Chromium for the tests of the site, from Debian's packages where we may install them
browser:
    #!/usr/bin/env bash
    set -euo pipefail
    if command -v chromium >/dev/null || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then exit 0; fi
    echo "installing chromium for the tests of the site"
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null

# Measure the newest unmeasured commits of main, publish, and say how to look
track *options:
    python -m tracker track "$@"

# A real Letta server: `./just letta up`, `down`, `status`
[no-exit-message]
letta *options:
    @python -m tracker letta "$@"

# What it costs to have a thousand texts, or a million: `./just growth --sizes 1000,100000`
growth *options:
    python -m benchmarks.growth "$@"

# Ask the labelled questions and print how good the answers are
quality *options:
    python -m benchmarks.quality "$@"

# Draw where the time of an action goes: `./just profile retrieve`
profile *options:
    python -m benchmarks.profiling "$@"

# Ours beside the memory servers that users would pick instead, at most 15 minutes: `--only NAME`, `--report`
[no-exit-message]
peers *options:
    @python -m benchmarks.peers "$@"

# Compare Letta's SDK with MCP, and judge what was claimed of them
validate *options:
    python -m tracker validate "$@"

# Write docs/letta-comparison.md anew from results/letta/
letta-page:
    python -m tracker validate --page

# What became slower and stands: `./just regressions --since COMMIT`
[no-exit-message]
regressions *options:
    @python -m tracker regressions "$@"

# Measure suspects of the history again, in lockstep with the commit before
confirm *options:
    python -m tracker confirm "$@"

# What is new since a week, in one page of Markdown
triage *options:
    @python -m tracker triage "$@"

# Write docs/history.md anew from results/ and benchmarks/events.toml
history-page:
    python -m tracker history

# Build the site into html/ from results/
publish:
    asv publish --no-pull

# Serve the site on this machine
preview:
    asv preview

# Is a commit slower? `./just compare BASE [HEAD]`: counters, then both at once, 15 minutes at the most
[no-exit-message]
compare *options:
    @python -m tracker compare "$@"

# How much do identical commits differ? Writes the noise floors, results/judging/noise.json
noise *options:
    @python -m tracker noise "$@"

# asv's figures for two commits that have results, of your machine or the published ones
asv-compare base head="HEAD" *options:
    #!/usr/bin/env bash
    set -euo pipefail
    base=$(git rev-parse "{{base}}") head=$(git rev-parse "{{head}}")
    for machine in local reference; do
        if compgen -G "results/$machine/${base:0:8}-*.json" >/dev/null &&
            compgen -G "results/$machine/${head:0:8}-*.json" >/dev/null; then
            exec asv compare --machine "$machine" "${@:3}" "$base" "$head"
        fi
    done
    echo "no machine has results of both ${base:0:8} and ${head:0:8}; ./just track measures them" >&2
    exit 1

# Compare a pull request with where it branched off; what CI hands on is left in reports/pull-request/
[no-exit-message]
pr-report *options:
    @python -m tracker pr-report "$@"

# Post a report under a pull request, or look at it: `--dry-run`
[no-exit-message]
comment *options:
    @python -m tracker comment "$@"

# Is this a setup whose figures can be believed?
[no-exit-message]
doctor *options:
    @python -m tracker doctor "$@"

# How often is the judge right? `./just evaluate --live`, `./just evaluate --series`
[no-exit-message]
evaluate *options:
    @python -m tracker evaluate "$@"

# Which commit changed a benchmark: `./just bisect tools.todo.At500.time_list main~20..main`
[no-exit-message]
bisect *options:
    @python -m tracker bisect "$@"

# Accept the published schemas as they are now
schemas:
    UPDATE_SCHEMAS=1 pytest tests/protocol/test_schema.py

# Write docs/coverage.md anew: which test has which action succeed and fail
table:
    UPDATE_TABLE=1 pytest -q tests/tools tests/test_coverage.py

# Resolve the dependencies anew into requirements.lock
lock *options:
    uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --quiet --output-file requirements.lock "$@"
