"""Benchmarks: Privas beside what somebody would build or install instead, in the same run."""
