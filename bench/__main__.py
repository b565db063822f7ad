"""`./run bench [chat|mail] [options]`: without a name, all of them."""

import sys

from bench import chat

BENCHMARKS = {"chat": chat.main}


def main(arguments: list[str]) -> int:
    """Run the benchmark of that name with its options, or all."""
    if arguments and arguments[0] in BENCHMARKS:
        return BENCHMARKS[arguments[0]](arguments[1:])
    if arguments and not arguments[0].startswith("-"):
        print(f"There is no benchmark {arguments[0]!r}. There are: {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    return max(run(arguments) for run in BENCHMARKS.values())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
