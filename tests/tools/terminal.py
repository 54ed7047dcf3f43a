"""Runs a program in a pseudo-terminal of a width and passes its output on: terminal.py COLUMNS PROGRAM [WORD]..."""

import fcntl
import os
import pty
import struct
import sys
import termios

child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
while True:
    try:
        read = os.read(terminal, 65536)
    except OSError:  # Linux's end of a terminal
        break
    if not read:
        break
    sys.stdout.buffer.write(read)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
