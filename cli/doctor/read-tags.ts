import { type Aws, ignoreNotFound } from "../stack/aws";
import { toArn } from "./arn";
import type { AccountUnderTest } from "./check";
import { isDenied } from "./explain-error";

export type Tags = Readonly<Record<string, string>>;

const toTags = (
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): Tags => Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));

/** The readers of tags, by the kind of what has a name; a dataset group is named by its ARN. */
const readers = {
  async "dataset group"({ personalize }, resourceArn) {
    const { tags = [] } = await personalize.call("personalize", "ListTagsForResource", { resourceArn });
    return toTags(tags.map(({ tagKey, tagValue }) => ({ Key: tagKey, Value: tagValue })));
  },
  stream: async ({ aws }, StreamName) => toTags((await aws.call("kinesis", "ListTagsForStream", { StreamName })).Tags),
  "delivery stream": async ({ aws }, DeliveryStreamName) =>
    toTags((await aws.call("firehose", "ListTagsForDeliveryStream", { DeliveryStreamName })).Tags),
  async "state machine"(account, name) {
    const resourceArn = toArn(account, "states", `stateMachine:${name}`);
    const { tags = [] } = await account.aws.call("sfn", "ListTagsForResource", { resourceArn });
    return toTags(tags.map(({ key, value }) => ({ Key: key, Value: value })));
  },
  async function(account, name) {
    const Resource = toArn(account, "lambda", `function:${name}`);
    return (await account.aws.call("lambda", "ListTags", { Resource })).Tags ?? {};
  },
  role: async ({ aws }, RoleName) => toTags((await aws.call("iam", "ListRoleTags", { RoleName })).Tags),
  bucket: ({ aws }, name) => readBucketTags(aws, name),
} satisfies Record<string, (account: AccountUnderTest, name: string) => Promise<Tags>>;

export type Kind = keyof typeof readers;

const missing = ["ResourceNotFoundException", "ResourceNotFound", "NoSuchEntityException", "NoSuchBucket"];

/** Reads the tags of what has a name; undefined when the name is free. */
export const readTags = (account: AccountUnderTest, kind: Kind, name: string): Promise<Tags | undefined> =>
  ignoreNotFound(readers[kind](account, name), ...missing);

async function readBucketTags(aws: Aws, Bucket: string): Promise<Tags> {
  try {
    return toTags((await aws.call("s3", "GetBucketTagging", { Bucket })).TagSet);
  } catch (error) {
    const { name, message } = error as Error;
    if (name === "NoSuchTagSet") return {};
    // For a bucket in another account S3 does not say which permission is missing (S3 guide, "Troubleshoot access denied").
    if (isDenied(error) && !message.includes("is not authorized to perform")) return {};
    throw error;
  }
}
