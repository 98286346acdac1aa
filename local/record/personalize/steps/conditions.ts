import type { World } from "../world";

/** The policies that say for whom Amazon Personalize may act. */
export type Guarded = "key" | "bucket" | "role";

/**
 * How a policy speaks of the source: it demands one of this account, it demands that only where one
 * is named, or it has no condition. The last one is that of the guide's samples for keys and
 * buckets.
 */
export type Form = "strict" | "if named" | "open";
export type Forms = Readonly<Record<Guarded, Form>>;

export const inAll = (form: Form): Forms => ({ key: form, bucket: form, role: form });

/** Personalize reads and writes files with these rights: its own and those of the roles. */
export const fileActions = ["s3:GetObject", "s3:ListBucket", "s3:PutObject"];
export const filesOf = (bucket: string) => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];

/**
 * The key's actions that the guide asks for ("Giving Amazon Personalize permission to use your AWS
 * KMS key").
 */
export const keyActions = [
  "kms:Decrypt",
  "kms:GenerateDataKey",
  "kms:DescribeKey",
  "kms:CreateGrant",
  "kms:ListGrants",
];

export const policyOf = (Statement: unknown) => JSON.stringify({ Version: "2012-10-17", Statement });

function conditionOf({ account, region }: World, form: Form): object {
  if (form === "open") return {};
  const end = form === "strict" ? "" : "IfExists";
  return {
    Condition: {
      [`StringEquals${end}`]: { "aws:SourceAccount": account },
      [`ArnLike${end}`]: { "aws:SourceArn": `arn:aws:personalize:${region}:${account}:*` },
    },
  };
}

const allowService = (world: World, form: Form) => ({
  Effect: "Allow",
  Principal: { Service: "personalize.amazonaws.com" },
  ...conditionOf(world, form),
});

export function keyPolicy(world: World, form: Form): string {
  const root = { AWS: `arn:aws:iam::${world.account}:root` };
  const Action = [...keyActions, "kms:GenerateDataKeyWithoutPlaintext"];
  return policyOf([
    { Effect: "Allow", Principal: root, Action: "kms:*", Resource: "*" },
    { ...allowService(world, form), Action, Resource: "*" },
  ]);
}

export const bucketPolicy = (world: World, bucket: string, form: Form) =>
  policyOf([{ ...allowService(world, form), Action: fileActions, Resource: filesOf(bucket) }]);

export const trustPolicy = (world: World, form: Form) =>
  policyOf([{ ...allowService(world, form), Action: "sts:AssumeRole" }]);
