import { ignoreNotFound } from "../stack/aws";
import { toArn } from "./arn";
import type { AccountUnderTest } from "./check";
import { isDenied } from "./explain-error";

export type Tags = Readonly<Record<string, string>>;

/** Reads the tags of what has a name, of a dataset group by its ARN; undefined when the name is free. */
type ReadTags = (name: string) => Promise<Tags | undefined>;

export type Kind = "dataset group" | "stream" | "delivery stream" | "state machine" | "bucket" | "function" | "role";

const missing = "ResourceNotFoundException";

/** Creates the readers of tags, one for each kind of resource. */
export function createTagReaders(place: AccountUnderTest): Record<Kind, ReadTags> {
  const { aws, personalize } = place;
  return {
    async "dataset group"(resourceArn) {
      const call = personalize.call("personalize", "ListTagsForResource", { resourceArn });
      const found = await ignoreNotFound(call, missing);
      return found && toTags(found.tags?.map(({ tagKey, tagValue }) => [tagKey, tagValue]));
    },
    async stream(StreamName) {
      const found = await ignoreNotFound(aws.call("kinesis", "ListTagsForStream", { StreamName }), missing);
      return found && toTags(found.Tags?.map(({ Key, Value }) => [Key, Value]));
    },
    async "delivery stream"(DeliveryStreamName) {
      const call = aws.call("firehose", "ListTagsForDeliveryStream", { DeliveryStreamName });
      const found = await ignoreNotFound(call, missing);
      return found && toTags(found.Tags?.map(({ Key, Value }) => [Key, Value]));
    },
    async "state machine"(name) {
      const resourceArn = toArn(place, "states", `stateMachine:${name}`);
      const call = aws.call("sfn", "ListTagsForResource", { resourceArn });
      const found = await ignoreNotFound(call, "ResourceNotFound");
      return found && toTags(found.tags?.map(({ key, value }) => [key, value]));
    },
    async function(name) {
      const Resource = toArn(place, "lambda", `function:${name}`);
      const found = await ignoreNotFound(aws.call("lambda", "ListTags", { Resource }), missing);
      return found && (found.Tags ?? {});
    },
    async role(RoleName) {
      const found = await ignoreNotFound(aws.call("iam", "ListRoleTags", { RoleName }), "NoSuchEntityException");
      return found && toTags(found.Tags?.map(({ Key, Value }) => [Key, Value]));
    },
    bucket: (name) => readBucketTags(aws, name),
  };
}

async function readBucketTags(aws: AccountUnderTest["aws"], Bucket: string): Promise<Tags | undefined> {
  try {
    const { TagSet } = await aws.call("s3", "GetBucketTagging", { Bucket });
    return toTags(TagSet?.map(({ Key, Value }) => [Key, Value]));
  } catch (error) {
    const { name, message } = error as Error;
    if (name === "NoSuchBucket") return undefined;
    if (name === "NoSuchTagSet") return {};
    // For a bucket in another account S3 does not say which permission is missing (S3 guide, "Troubleshoot access denied").
    if (isDenied(error) && !message.includes("is not authorized to perform")) return {};
    throw error;
  }
}

const toTags = (pairs: readonly (readonly [string | undefined, string | undefined])[] = []): Tags =>
  Object.fromEntries(pairs.map(([key = "", value = ""]) => [key, value]));
