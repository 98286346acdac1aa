"""A local AWS account as a process, for tests in Python: `with local_account() as environment: ...`, or a pytest fixture."""

import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import boto3


def find_program():
    """Finds the installed program from any folder: above this file, or above the current folder."""
    name = Path("node_modules/local-aws-account/local-aws-account.cjs")
    starts = [Path(__file__).resolve().parent, Path.cwd()]
    for folder in [folder for start in starts for folder in (start, *start.parents)]:
        if (folder / name).exists():
            # The program itself: npx would pass a signal to a shell that drops it.
            return ("node", str(folder / name))
    raise RuntimeError(f"{name} is in no folder above {' or '.join(map(str, starts))}: npm install local-aws-account")


@contextmanager
def local_account(command=None):
    """Starts an account on a free port, and gives the environment variables of its clients."""
    command = command or find_program()
    # The account ends when its standard input closes, also if this process is killed.
    process = subprocess.Popen(
        [*command, "--port", "0", "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"The account did not start: {' '.join(command)}. Its reason is above.")
        environment = json.loads(line)["environment"]
        os.environ.update(environment)
        yield environment
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    with local_account():
        boto3.client("s3").create_bucket(
            Bucket="pets", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        print([bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]])
