"""`./run bench [chat|mail] [options]`: without a name, all of them."""

import subprocess
import sys

from bench import chat, mail

BENCHMARKS = {"chat": chat.main, "mail": mail.main}


def main(arguments: list[str]) -> int:
    """Run the benchmark of that name with its options, or all."""
    if arguments and arguments[0] in BENCHMARKS:
        return BENCHMARKS[arguments[0]](arguments[1:])
    if arguments and not arguments[0].startswith("-"):
        print(f"There is no benchmark {arguments[0]!r}. There are: {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    if arguments:
        print("Name the benchmark that these options are for.", file=sys.stderr)
        return 2
    # Each in a process of its own, on servers of its own.
    return max(subprocess.run([sys.executable, "-m", "bench", name]).returncode for name in BENCHMARKS)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
