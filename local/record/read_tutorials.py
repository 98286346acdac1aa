"""Writes tutorials.json: `python read_tutorials.py <folder of clones of the repositories> > tutorials.json`, with boto3.

It reads the tutorials at the commits that tutorials.json names, and notes what the code of each asks of Amazon
Personalize, and nothing else of them: the operations that it calls, the recipes that it names, and the members of
requests that decide what kind of group or training it wants.
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
RECIPES = re.compile(r"\brecipe/(aws-[a-z0-9-]+)")
MEMBERS = re.compile(
    r"\b(domain|performHPO|performAutoML|performIncrementalUpdate|hpoConfig|autoMLConfig|optimizationObjective)"
    r"[\"']?\s*[=:](?!=)\s*(?!False\b|None\b)"
)


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


def asks_of(path, code):
    """The operations of each service; of a notebook, too, the recipes and members. A page shows answers as well."""
    if not path.endswith(".ipynb"):
        return calls_in(code)
    found = {"recipes": RECIPES.findall(code), "members": MEMBERS.findall(code)}
    return {**calls_in(code), **{kind: " ".join(sorted(set(names))) for kind, names in found.items() if names}}


def read(folder, source):
    def git(*arguments):
        clone = Path(folder, source["repository"].split("/")[-1])
        return subprocess.run(["git", "-C", clone, *arguments], capture_output=True, text=True, check=True).stdout

    commit = source["commit"]
    listed = git("ls-tree", "-rz", "--name-only", commit).split("\0")
    paths = [path for path in listed if path.endswith(".ipynb")] or source["tutorials"]
    asks = {path: asks_of(path, code_of(path, git("show", f"{commit}:{path}"))) for path in paths}
    return {**source, "tutorials": {path: asked for path, asked in asks.items() if asked.keys() & set(SERVICES)}}


if __name__ == "__main__":
    sources = json.loads(Path(__file__).with_name("tutorials.json").read_text())
    print(json.dumps([read(sys.argv[1], source) for source in sources], indent=2))
