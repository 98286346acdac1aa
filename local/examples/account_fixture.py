"""A local AWS account as a process, for tests in Python: `with local_account() as environment: ...`, or a pytest fixture."""

import json
import os
import subprocess
from contextlib import contextmanager

import boto3


@contextmanager
def local_account(command=("npx", "local-aws-account")):
    """Starts an account on a free port, and gives the environment variables of its clients."""
    process = subprocess.Popen([*command, "--port", "0", "--json"], stdout=subprocess.PIPE, text=True)
    try:
        environment = json.loads(process.stdout.readline())["environment"]
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
