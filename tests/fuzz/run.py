"""All libFuzzer programs, as many at a time as there are processors.

    python3 -m tests.fuzz.run SECONDS [NAME...]

What they find is kept in build/fuzz/failed; what they learn in build/fuzz/corpus, where the next run goes on.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time

from tests.fuzz import seeds

HERE = pathlib.Path(__file__).resolve().parent
BUILD = seeds.ROOT / "build" / "fuzz"
TIMEOUT, MEMORY = 10, 1024  # seconds and MiB that one input may take


def run(name, duration):
    """(passed, report) of one fuzzer."""
    corpus, failed = BUILD / "corpus" / name, BUILD / "failed"
    for folder in (corpus, failed):
        folder.mkdir(parents=True, exist_ok=True)
    words = ["nice", str(BUILD / "tests" / "fuzz" / f"fuzz-{name}"), f"-max_total_time={duration}", f"-timeout={TIMEOUT}",
             f"-rss_limit_mb={MEMORY}", f"-malloc_limit_mb={MEMORY // 4}", f"-artifact_prefix={failed}/{name}-",
             "-print_final_stats=1", str(corpus), str(BUILD / "seeds" / name)]
    for dictionary in HERE.glob(f"**/{name}.dict"):
        words.insert(-2, f"-dict={dictionary}")
    done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=BUILD,
                          env={**os.environ, "UBSAN_OPTIONS": "print_stacktrace=1"})
    text = done.stderr.decode("utf-8", "replace")
    if done.returncode != 0:
        found = re.search(r"^.*(?:broken promise|runtime error|ERROR:|No such file)", text, re.MULTILINE)
        return False, text[found.start() if found else -3000:][:6000]
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", text)
    covered = re.findall(r"cov: (\d+)", text)
    return True, f"{int(runs[1]):,} inputs, {covered[-1] if covered else 0} branches"


def main():
    duration, names = int(sys.argv[1]), sys.argv[2:]
    names = names or sorted(path.stem.removeprefix("fuzz-") for path in HERE.glob("**/fuzz-*.c"))
    seeds.main(BUILD / "seeds")
    start, failures = time.monotonic(), 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, (passed, report) in zip(names, pool.map(lambda name: run(name, duration), names)):
            failures += not passed
            print(f"{'ok     ' if passed else 'FAILED '} {name}: {report}", flush=True)
    print(f"{len(names) - failures} passed, {failures} failed in {time.monotonic() - start:.1f}s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
