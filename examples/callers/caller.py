"""Calls the recommender from Python: `python3 caller.py <stack> <session> [placement]`.

Region and credentials are those of the environment.
"""

import json
import sys

import boto3
from variants import choose_variant

ssm = boto3.client("ssm")
kinesis = boto3.client("kinesis")
functions = boto3.client("lambda")

PETS = {
    "pet-1": {
        "animal_species_id": "2",
        "animal_primary_breed_id": "Pug",
        "animal_size_id": "1",
        "animal_age_id": "4",
    },
    "pet-2": {
        "animal_species_id": "1",
        "animal_primary_breed_id": "Siamese",
        "animal_size_id": "1",
        "animal_age_id": "2",
    },
}


def read_name(stack, path):
    """Reads a name that the stack published. Keep it: it changes only when the stack is created again."""
    return ssm.get_parameter(Name=f"/animal-recommender/{stack}/{path}")["Parameter"]["Value"]


def read_optional(stack, path):
    """Reads the value of a part that not every stack has; None when there is none."""
    try:
        return read_name(stack, path)
    except ssm.exceptions.ParameterNotFound:
        return None


def send(stream, key, record):
    """Records with one partition key stay in order: events of a session, updates of a user."""
    data = json.dumps(record).encode("utf-8")
    kinesis.put_record(StreamName=stream, PartitionKey=key, Data=data)


def invoke(function, request):
    """Returns the answer and the headers. Raises when the function failed or refused the request."""
    response = functions.invoke(FunctionName=function, Payload=json.dumps(request))
    text = response["Payload"].read().decode("utf-8")
    if "FunctionError" in response:
        raise RuntimeError(f"{function} failed: {text}")
    reply = json.loads(text)
    if reply["statusCode"] != 200:
        raise RuntimeError(f"{function} replied {reply['statusCode']}: {reply['body']}")
    return json.loads(reply["body"]), reply.get("headers", {})


def group_of(animal):
    """The model's items are groups of pets: species, breed, size, age, with "_" for white space."""
    keys = ("animal_species_id", "animal_primary_breed_id", "animal_size_id", "animal_age_id")
    return "-".join("_".join(animal[key].split()) for key in keys)


def main(stack="dev", session="s-7f3a", placement=None):
    stream = read_name(stack, "kinesis-stream/name")
    recommend = read_name(stack, "personalize/recommendation/function-name")
    rerank = read_name(stack, "personalize/reranking/function-name")

    items, headers = invoke(recommend, {"sessionId": session, "limit": 5})
    recommended = [item["id"] for item in items]
    # Known without a request, for other parts of the page that the experiment changes.
    experiment = read_optional(stack, "experiment")
    variant = choose_variant(json.loads(experiment), session_id=session) if experiment else None
    # The model recommends groups; these are the site's own pets in them.
    shown = [pet for group in recommended for pet, animal in PETS.items() if group_of(animal) == group]

    viewed = shown[0] if shown else "pet-1"
    event = {"sessionId": session, "eventType": "DetailView", "animalMetadata": PETS[viewed]}
    if "x-recommendation-id" in headers:
        event["recommendationId"] = headers["x-recommendation-id"]
    send(stream, session, event)
    # The visitor's answers at sign-in: values of columns that the stack's users have.
    user = f"user-{session}"
    if read_optional(stack, "personalize/users-dataset/arn"):
        send(stream, user, {"userUpdate": {"userId": user, "properties": {"HOME": "flat"}}})

    similar = []
    if placement:
        # Items like the one that the visitor looks at, at a placement that is about an item.
        related, _ = invoke(recommend, {"placement": placement, "itemId": group_of(PETS[viewed]), "limit": 5})
        similar = [item["id"] for item in related]

    pets = [{"itemId": pet, "animalMetadata": animal} for pet, animal in PETS.items()]
    answer, _ = invoke(rerank, {"sessionId": session, "itemMetadataList": pets})
    printed = {"recommended": recommended, "viewed": viewed, "similar": similar, "ranking": answer["ranking"]}
    printed["variants"] = [variant, headers.get("x-recommendation-variant")]
    print(json.dumps(printed))


if __name__ == "__main__":
    main(*sys.argv[1:])
