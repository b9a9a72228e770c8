#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command and watches the memory of its processes: the highest sum of PSS, sampled every 10 ms.

    peak_memory.py OUT COMMAND…     writes the number of KiB to OUT; exits as the command does
"""

import glob
import subprocess
import sys
import threading


def processes(root):
    """The process and all below it."""
    children = {}
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as file:
                text = file.read()
        except OSError:
            continue
        children.setdefault(int(text.rsplit(")", 1)[1].split()[1]), []).append(int(text.split(" ", 1)[0]))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def pss(pids):
    total = 0
    for pid in pids:
        try:
            with open("/proc/%d/smaps_rollup" % pid) as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        except OSError:
            pass
    return total


class Watch:
    """with Watch(pid) as watch: …; then watch.peak is in KiB."""

    def __init__(self, pid):
        self.pid, self.peak, self.done = pid, 0, threading.Event()
        self.thread = threading.Thread(target=self.sample)

    def sample(self):
        while not self.done.wait(0.01):
            self.peak = max(self.peak, pss(processes(self.pid)))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


def main():
    program = subprocess.Popen(sys.argv[2:])
    with Watch(program.pid) as watch:
        code = program.wait()
    with open(sys.argv[1], "w") as file:
        file.write("%d\n" % watch.peak)
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
