"""The steps and the calls of "Getting started (SDK for Python (Boto3))" in the Developer Guide of Amazon Personalize,
one after the other, with its prerequisites. The data have the form of the guide's ratings."""

import json
import random
import time

import boto3

random.seed(1)
BUCKET = "getting-started-personalize"
FIELDS = {"USER_ID": "string", "ITEM_ID": "string", "TIMESTAMP": "long"}


def write_ratings():
    """Rows of 610 users who rated 100,000 times, by user: each likes one fifth of the films, and early ones best."""
    rows = [",".join(FIELDS)]
    for user in range(1, 611):
        seen = {int(random.paretovariate(0.4)) * 5 + (user if random.random() < 0.8 else film) % 5 for film in range(420)}
        rows += [f"{user},{film % 9000 + 1},{964981247 + user * 900_000 + at}" for at, film in enumerate(sorted(seen))]
    with open("ratings.csv", "w") as file:
        file.write("\n".join(rows))


def policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


# Prerequisites: a role for the service, the data in a bucket, and access to it.
iam = boto3.client("iam")
s3 = boto3.client("s3")
service = {"Service": "personalize.amazonaws.com"}
read = {"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]}
role_arn = iam.create_role(
    RoleName="PersonalizeRole", AssumeRolePolicyDocument=policy(Principal=service, Action="sts:AssumeRole")
)["Role"]["Arn"]
iam.attach_role_policy(
    RoleName="PersonalizeRole", PolicyArn="arn:aws:iam::aws:policy/service-role/AmazonPersonalizeFullAccess"
)
s3_policy = iam.create_policy(PolicyName="PersonalizeS3", PolicyDocument=policy(**read))["Policy"]["Arn"]
iam.attach_role_policy(RoleName="PersonalizeRole", PolicyArn=s3_policy)
write_ratings()
s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
s3.put_bucket_policy(Bucket=BUCKET, Policy=policy(Principal=service, **read))
s3.upload_file("ratings.csv", BUCKET, "ratings.csv")


def wait(kind, describe):
    """The guide's loop."""
    max_time = time.time() + 3 * 60 * 60
    while time.time() < max_time:
        status = describe()["status"]
        print(f"{kind}: {status}")
        if status == "ACTIVE" or status == "CREATE FAILED":
            break
        time.sleep(60)


# Step 1: clients, and the recipes.
runtime = boto3.client("personalize-runtime")
personalize = boto3.client("personalize")
for recipe in personalize.list_recipes()["recipes"]:
    print(recipe)

# Step 2: data.
schema = {
    "type": "record",
    "name": "Interactions",
    "namespace": "com.amazonaws.personalize.schema",
    "fields": [{"name": name, "type": kind} for name, kind in FIELDS.items()],
    "version": "1.0",
}
schema_arn = personalize.create_schema(name="getting-started-schema", schema=json.dumps(schema))["schemaArn"]
group_arn = personalize.create_dataset_group(name="getting-started")["datasetGroupArn"]
print(personalize.describe_dataset_group(datasetGroupArn=group_arn)["datasetGroup"]["status"])
dataset_arn = personalize.create_dataset(
    name="ratings", schemaArn=schema_arn, datasetGroupArn=group_arn, datasetType="Interactions"
)["datasetArn"]
job_arn = personalize.create_dataset_import_job(
    jobName="ratings",
    datasetArn=dataset_arn,
    dataSource={"dataLocation": f"s3://{BUCKET}/ratings.csv"},
    roleArn=role_arn,
    importMode="FULL",
)["datasetImportJobArn"]
wait("import", lambda: personalize.describe_dataset_import_job(datasetImportJobArn=job_arn)["datasetImportJob"])

# Step 3: a solution, which trains by itself, and a version of it.
solution_arn = personalize.create_solution(
    name="getting-started", recipeArn="arn:aws:personalize:::recipe/aws-user-personalization", datasetGroupArn=group_arn
)["solutionArn"]
version_arn = personalize.create_solution_version(solutionArn=solution_arn)["solutionVersionArn"]
wait("version", lambda: personalize.describe_solution_version(solutionVersionArn=version_arn)["solutionVersion"])

# Step 4: a campaign.
campaign_arn = personalize.create_campaign(name="getting-started", solutionVersionArn=version_arn)["campaignArn"]
print(personalize.describe_campaign(campaignArn=campaign_arn)["campaign"]["status"])

# Step 5: recommendations.
answer = runtime.get_recommendations(campaignArn=campaign_arn, userId="123", numResults=10)
print(json.dumps([item["itemId"] for item in answer["itemList"]]))
