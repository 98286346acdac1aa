"""Trains a model on a few visits, and recommends: `python train_and_recommend.py`, with boto3."""

import json
import urllib.request

import boto3
from account_fixture import local_account

# Forty visitors: one half looks at cats, the other one at dogs.
VISITS = [f"user-{user},{('cat', 'dog')[user % 2]}-{visit % 10},{1700000000 + visit}"
          for user in range(40) for visit in range(user, user + 30)]  # fmt: skip
FIELDS = {"USER_ID": "string", "ITEM_ID": "string", "TIMESTAMP": "long"}
SCHEMA = {"type": "record", "name": "Interactions", "namespace": "com.amazonaws.personalize.schema", "version": "1.0",
          "fields": [{"name": name, "type": kind} for name, kind in FIELDS.items()]}  # fmt: skip


def policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **statement}})


def recommend(origin):
    """Imports the visits, trains a model on them, and asks it for two visitors."""

    def pass_hours(hours):
        """Moves the account's clock: what AWS would do in these hours is done when this returns."""
        body = json.dumps({"advanceMilliseconds": hours * 3_600_000}).encode()
        headers = {"content-type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(f"{origin}/_local/clock", body, headers)).close()

    s3, iam, personalize, runtime = map(boto3.client, ("s3", "iam", "personalize", "personalize-runtime"))
    service = {"Principal": {"Service": "personalize.amazonaws.com"}}
    read = {"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::visits", "arn:aws:s3:::visits/*"]}
    s3.create_bucket(Bucket="visits", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="visits", Key="visits.csv", Body="\n".join([",".join(FIELDS), *VISITS]))
    s3.put_bucket_policy(Bucket="visits", Policy=policy(**service, **read))
    trust = policy(**service, Action="sts:AssumeRole")
    role = iam.create_role(RoleName="import", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="import", PolicyName="read", PolicyDocument=policy(**read))

    group = personalize.create_dataset_group(name="pets")["datasetGroupArn"]
    schema = personalize.create_schema(name="visits", schema=json.dumps(SCHEMA))["schemaArn"]
    pass_hours(1)
    dataset = personalize.create_dataset(
        name="visits", schemaArn=schema, datasetGroupArn=group, datasetType="Interactions"
    )["datasetArn"]
    pass_hours(1)
    source = {"dataLocation": "s3://visits/visits.csv"}
    personalize.create_dataset_import_job(jobName="visits", datasetArn=dataset, dataSource=source, roleArn=role)
    pass_hours(1)
    recipe = "arn:aws:personalize:::recipe/aws-user-personalization-v2"
    solution = personalize.create_solution(
        name="pets", datasetGroupArn=group, recipeArn=recipe, performAutoTraining=False
    )["solutionArn"]
    pass_hours(1)
    version = personalize.create_solution_version(solutionArn=solution)["solutionVersionArn"]
    pass_hours(3)
    campaign = personalize.create_campaign(name="pets", solutionVersionArn=version)["campaignArn"]
    pass_hours(1)
    for user in ("user-0", "user-1"):
        answer = runtime.get_recommendations(campaignArn=campaign, userId=user, numResults=3)
        print(user, [item["itemId"] for item in answer["itemList"]])


if __name__ == "__main__":
    with local_account() as environment:
        recommend(environment["AWS_ENDPOINT_URL"])
