"""A progress bar for a terminal; in a file or a pipe, a line for every tenth."""

import sys

WIDTH = 40


class ProgressBar:
    def __init__(self, total, out=None):
        self._total, self._done, self._shown = total, 0, -1
        self._out = out or sys.stdout
        self._is_terminal = getattr(self._out, "isatty", lambda: False)()

    def step(self, label, amount=1):
        self._done = min(self._done + amount, self._total)
        percent = 100 * self._done // self._total
        if self._is_terminal:
            filled = WIDTH * self._done // self._total
            bar = "█" * filled + "·" * (WIDTH - filled)
            self._out.write(f"\r  {bar} {percent:3d} %  {label:28.28}")
        elif percent // 10 > self._shown // 10 or self._shown < 0:
            self._out.write(f"  {percent:3d} %  {label}\n")
        self._shown = percent
        self._out.flush()

    def end(self):
        if self._is_terminal:
            self._out.write("\n")
            self._out.flush()
