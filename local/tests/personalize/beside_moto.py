"""Uses Personalize of a local account beside moto, which has everything else: the example of the package, then jobs and an event.

Its arguments are the folder of the examples, and the command that starts the account.
"""

import json
import os
import sys
import time

_, examples, *command = sys.argv
sys.path.insert(0, examples)

import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
moto.start()
os.environ.update(
    AWS_ENDPOINT_URL="http://{}:{}".format(*moto.get_host_and_port()),
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="eu-west-1",
)

from account_fixture import local_account  # noqa: E402
from train_and_recommend import recommend  # noqa: E402

with local_account((*command, "--only", "personalize")) as environment:
    recommend(environment["AWS_ENDPOINT_URL_PERSONALIZE"])

    s3, iam, personalize, events = map(boto3.client, ("s3", "iam", "personalize", "personalize-events"))

    def wait_for(describe, kind, arn):
        """Waits at the account's usual speed, as a program would."""
        while True:
            found = describe(**{f"{kind}Arn": arn})[kind]
            if found["status"] in ("ACTIVE", "CREATE FAILED"):
                return found
            time.sleep(0.1)

    role = iam.get_role(RoleName="import")["Role"]["Arn"]
    group = personalize.list_dataset_groups()["datasetGroups"][0]["datasetGroupArn"]
    dataset = personalize.list_datasets(datasetGroupArn=group)["datasets"][0]["datasetArn"]
    solution = personalize.list_solutions(datasetGroupArn=group)["solutions"][0]["solutionArn"]
    version = personalize.list_solution_versions(solutionArn=solution)["solutionVersions"][0]["solutionVersionArn"]

    tracker = personalize.create_event_tracker(name="pets", datasetGroupArn=group)
    wait_for(personalize.describe_event_tracker, "eventTracker", tracker["eventTrackerArn"])
    seen = {"eventType": "View", "itemId": "cat-1", "sentAt": 1_700_000_000}
    events.put_events(trackingId=tracker["trackingId"], userId="new", sessionId="1", eventList=[seen])

    output = {"s3DataDestination": {"path": "s3://visits/out/"}}
    export = personalize.create_dataset_export_job(
        jobName="export", datasetArn=dataset, ingestionMode="PUT", roleArn=role, jobOutput=output
    )["datasetExportJobArn"]
    print(wait_for(personalize.describe_dataset_export_job, "datasetExportJob", export)["status"])
    print(s3.get_object(Bucket="visits", Key="out/export.csv")["Body"].read().decode().split()[-1])

    s3.put_object(Bucket="visits", Key="users.json", Body=json.dumps({"userId": "user-1"}))
    batch = personalize.create_batch_inference_job(
        jobName="batch",
        solutionVersionArn=version,
        roleArn=role,
        jobInput={"s3DataSource": {"path": "s3://visits/users.json"}},
        jobOutput=output,
    )["batchInferenceJobArn"]
    print(wait_for(personalize.describe_batch_inference_job, "batchInferenceJob", batch)["status"])
    result = json.loads(s3.get_object(Bucket="visits", Key="out/users.json.out")["Body"].read())
    print(result["output"]["recommendedItems"][0][:3])

    lost = personalize.create_dataset_import_job(
        jobName="lost", datasetArn=dataset, dataSource={"dataLocation": "s3://nowhere/visits.csv"}, roleArn=role
    )["datasetImportJobArn"]
    print(wait_for(personalize.describe_dataset_import_job, "datasetImportJob", lost)["failureReason"])
moto.stop()
