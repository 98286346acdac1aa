"""Writes tutorials.json: `python read_tutorials.py <folder of clones of the repositories> > tutorials.json`, with boto3.

It reads the tutorials at the commits that tutorials.json names, and notes the operations of Amazon Personalize that
the code of each calls, and nothing else of them.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import boto3

SERVICES = ("personalize", "personalize-events", "personalize-runtime")
METHODS = {
    method: (service, operation)
    for service in SERVICES
    for method, operation in boto3.client(service, "eu-west-1").meta.method_to_api_mapping.items()
}
CALLS = re.compile(r"\.\s*(\w+)\s*\(|get_paginator\(\s*[\"'](\w+)|\baws personalize(?:-\w+)? ([a-z-]+)")


def code_of(path, text):
    """The lines of a notebook's or a page's code, without comments."""
    if path.endswith(".ipynb"):
        cells = [cell["source"] for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        code = "\n".join("".join(source) for source in cells)
    else:
        code = "\n".join(re.findall(r"```(.*?)```", text, re.DOTALL))
    return "\n".join(line for line in code.split("\n") if not line.strip().startswith("#"))


def calls_in(code):
    """The operations of each service."""
    names = {next(filter(None, found)).replace("-", "_") for found in CALLS.findall(code)}
    called = {METHODS[name] for name in names if name in METHODS}
    by_service = {service: sorted(o for s, o in called if s == service) for service in SERVICES}
    return {service: " ".join(operations) for service, operations in by_service.items() if operations}


def read(folder, source):
    def git(*arguments):
        clone = Path(folder, source["repository"].split("/")[-1])
        return subprocess.run(["git", "-C", clone, *arguments], capture_output=True, text=True, check=True).stdout

    commit = source["commit"]
    listed = git("ls-tree", "-rz", "--name-only", commit).split("\0")
    paths = [path for path in listed if path.endswith(".ipynb")] or source["tutorials"]
    calls = {path: calls_in(code_of(path, git("show", f"{commit}:{path}"))) for path in paths}
    return {**source, "tutorials": {path: called for path, called in calls.items() if called}}


if __name__ == "__main__":
    sources = json.loads(Path(__file__).with_name("tutorials.json").read_text())
    print(json.dumps([read(sys.argv[1], source) for source in sources], indent=2))
