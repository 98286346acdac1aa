"""Runs commands of the AWS CLI, which are words and a standard input, in one process. Prints each one's exit code."""

import contextlib
import io
import json
import os
import sys
import tempfile

from awscli.clidriver import create_clidriver

# Answers are written to /dev/stdout, which must be a file: Node.js gives a socket.
printed = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
results = []
for command in json.load(sys.stdin):
    with tempfile.TemporaryFile() as given:
        given.write(command["stdin"].encode("latin-1"))
        given.seek(0)
        os.dup2(given.fileno(), 0)
        errors = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
            try:
                code = create_clidriver().main(command["words"])
            except SystemExit as end:
                code = end.code
        results.append({"code": code, "error": errors.getvalue()})
os.write(printed, json.dumps(results).encode())
