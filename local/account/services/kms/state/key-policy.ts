import { rootArn, type Scope } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { PolicyStatement } from "../../../host/principal";
import type { Grant } from "./key";

/**
 * The policy of a key that was created without one: the account's IAM decides (KMS guide, "Default
 * key policy").
 */
export const defaultPolicy = (account: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: rootArn(account) },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });

/** Keys that AWS owns can be used by all callers of the service, through the service only. */
export const awsManagedPolicy = ({ account, region }: Scope, service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Id: `auto-${service}-1`,
    Statement: [
      {
        Sid: `Allow access through ${service} for all principals in the account that are authorized to use it`,
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*",
          "kms:CreateGrant",
          "kms:DescribeKey",
        ],
        Resource: "*",
        Condition: {
          StringEquals: { "kms:CallerAccount": account, "kms:ViaService": `${service}.${region}.amazonaws.com` },
        },
      },
      {
        Sid: "Allow direct access to key metadata to the account",
        Effect: "Allow",
        Principal: { AWS: rootArn(account) },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
        Resource: "*",
      },
    ],
  });

export const malformedPolicy = (message: string) => new Fault("MalformedPolicyDocumentException", message);

/** A grant as the statement of the key's policy that would allow the same. */
export function grantStatement(grant: Grant): PolicyStatement {
  const pairs = grant.contextEquals ?? grant.contextSubset;
  return {
    Effect: "Allow",
    Principal: grant.grantee.startsWith("arn:") ? { AWS: grant.grantee } : { Service: grant.grantee },
    Action: grant.operations.map((operation) => `kms:${operation}`),
    Resource: "*",
    Condition: {
      ...(pairs
        ? {
            StringEquals: Object.fromEntries(
              Object.entries(pairs).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
            ),
          }
        : {}),
      ...(grant.contextEquals
        ? { "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": Object.keys(grant.contextEquals) } }
        : {}),
    },
  };
}
