"""Runs a program on a terminal of its own and answers what it asks.

Usage: terminal.py ANSWERS PROGRAM ARGUMENT..., where ANSWERS is a JSON list of [QUESTION, ANSWER]: each question is
waited for in what the program shows, and then the answer is typed. Prints all that the terminal has shown, and ends
with the program's exit code.
"""

import json
import os
import pty
import sys


def main():
    answers = json.loads(sys.argv[1])
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.argv[2], sys.argv[2:])
    shown, asked = b"", 0
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:  # what a terminal says when its last program has ended
            more = b""
        if not more:
            break
        shown += more
        while answers and (at := shown.find(answers[0][0].encode(), asked)) >= 0:
            question, answer = answers.pop(0)
            asked = at + len(question)
            os.write(terminal, answer.encode() + b"\n")
    _, status = os.waitpid(child, 0)
    sys.stdout.buffer.write(shown)
    sys.stdout.flush()
    if answers:
        sys.exit(f"was not asked {answers[0][0]!r}")
    sys.exit(os.waitstatus_to_exitcode(status))


main()
