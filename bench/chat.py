"""Messages: stored, acknowledged and on every operator's screen; Privas beside plain Channels.

Both run in one uvicorn process with the same flags over the same database and broker. Each visitor of Privas
proves who they are, is checked against every limit and is given a number; the anchor does none of that.
"""

import argparse
import asyncio
import os
import sys
from typing import Any

import uvloop

from bench import ground, report
from bench.contestants import Contestant, Plain, Privas
from bench.load import Load
from tests.stack import Stack

SERVER_CORE, CLIENT_CORE = 0, 1
FIGURES = {
    "max_per_s": ("messages/s, 64 in flight", True),
    "cpu_us_at_max": ("server CPU µs a message at that", False),
    "p50_ms": ("visitor → operator p50 ms at {rate}/s", False),
    "p99_ms": ("visitor → operator p99 ms at {rate}/s", False),
    "ack_p50_ms": ("ack p50 ms at {rate}/s", False),
    "cpu_us_at_rate": ("server CPU µs a message at {rate}/s", False),
}


async def measure(contestant: Contestant, options: argparse.Namespace) -> dict[str, float]:
    """One run: connect, warm up, as fast as it goes, then at a steady rate."""
    before = await asyncio.to_thread(contestant.stored)
    port, pid = contestant.start()
    try:
        load = Load(options.operators)
        operators = [
            await contestant.operator(port, load, domain)
            for domain in range(len(contestant.domains))
            for _ in range(options.operators)
        ]
        for first in range(0, options.visitors, 16):
            batch = range(first, min(first + 16, options.visitors))
            made = [contestant.visitor(port, load, number % len(contestant.domains)) for number in batch]
            load.visitors.extend(await asyncio.gather(*made))
        await load.each_once()
        ground.pin(pid, SERVER_CORE)
        await load.closed_loop(options.in_flight, 1.0)
        cpu, took = ground.cpu_s(pid), await load.closed_loop(options.in_flight, options.seconds)
        done = len(load.finished)
        figures = {
            "max_per_s": done / took,
            "cpu_us_at_max": (ground.cpu_s(pid) - cpu) / max(done, 1) * 1e6,
        }
        await load.drain()
        # Every socket may send 20 frames in 10 seconds: begin with the whole allowance.
        await asyncio.sleep(10)
        cpu = ground.cpu_s(pid)
        await load.open_loop(options.rate, options.seconds)
        delays = [(copy - message.at) * 1000 for message in load.finished for copy in message.copies]
        acks = [(message.acked - message.at) * 1000 for message in load.finished]
        figures |= {
            "p50_ms": report.percentile(delays, 0.5),
            "p99_ms": report.percentile(delays, 0.99),
            "ack_p50_ms": report.percentile(acks, 0.5),
            "cpu_us_at_rate": (ground.cpu_s(pid) - cpu) / max(len(acks), 1) * 1e6,
        }
        lost = len(load.sent)
        for socket in (*operators, *load.visitors):
            socket.transport.close()
    finally:
        contestant.stop()
    rows = await asyncio.to_thread(contestant.stored) - before
    if rows != load.acks or lost:
        raise SystemExit(f"{contestant.name}: {rows} rows, {load.acks} acks, {lost} not delivered")
    return figures | {"rows": rows, "refused": load.refused}


def main(arguments: list[str]) -> int:
    """Measure both in turn and tell."""
    parser = argparse.ArgumentParser(prog="./run bench chat", description=__doc__)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite instead of PostgreSQL")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--visitors", type=int, default=400)
    parser.add_argument("--domains", type=int, default=4)
    parser.add_argument("--operators", type=int, default=2, help="sockets that watch each domain")
    parser.add_argument("--only", choices=["plain", "privas"], help="measure one of them, without a ratio")
    options = parser.parse_args(arguments)
    ground.prepare(postgres=not options.sqlite)
    stack = Stack("sqlite" if options.sqlite else "postgres", web=1, workers=0)
    results: dict[str, list[dict[str, float]]] = {}
    try:
        stack.start()
        ground.pin(stack._processes["broker"].pid, CLIENT_CORE)
        kinds: list[Any] = [Plain, Privas]
        wanted = [kind for kind in kinds if options.only in (None, kind.__name__.lower())]
        contestants = [kind(stack, options.domains) for kind in wanted]
        stack.kill("web1")
        ground.pin(os.getpid(), CLIENT_CORE)
        for number in range(options.runs):
            for contestant in contestants:
                run = uvloop.run(measure(contestant, options))
                results.setdefault(contestant.name, []).append(run)
                print(f"  run {number + 1}, {contestant.name}: {run['max_per_s']:,.0f}/s", file=sys.stderr)
    except BaseException:
        print(stack.tail(), file=sys.stderr)
        raise
    finally:
        stack.stop()
    figures = {name: (heading.format(rate=options.rate), more) for name, (heading, more) in FIGURES.items()}
    database = "SQLite" if options.sqlite else "PostgreSQL"
    name = "chat-sqlite" if options.sqlite else "chat"
    report.tell(name, f"Chat on {database}, one web process", figures, results, vars(options))
    return 0
