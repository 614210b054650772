#!/usr/bin/env python3
"""One command to run Abhiyan, one to test it. Needs Python 3.11 and nothing else.

python3 run.py                      start with the demonstration, on http://localhost:8000/
python3 run.py --no-demo            start empty
python3 run.py manage <command>     any manage.py command, on the same data
python3 run.py test [pytest args]   run every check and test
"""

# Read by old Pythons too, to tell them that they are old: nothing newer than Python 2.7 before main().
import sys


def main():
    if sys.version_info < (3, 11):
        sys.exit(
            "Abhiyan needs Python 3.11 or newer; this is Python %d.%d. "
            "Install a newer one and start run.py with it." % sys.version_info[:2]
        )
    if not sys.platform.startswith(("linux", "darwin")):
        sys.exit("Abhiyan runs on Linux and macOS; on Windows use the Windows Subsystem for Linux.")
    from runner import command_line

    command_line.main(sys.argv[1:])


if __name__ == "__main__":
    main()
