import * as kms from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";
import { allow, allowService, type Condition, createPolicy, type Statement } from "../support/policy";

/** The stack that a key is of. */
export interface KeyOwner {
  readonly project: string;
  readonly stack: string;
  readonly accountId: pulumi.Output<string>;
  readonly region: pulumi.Output<string>;
  readonly tags: Record<string, string>;
  readonly deletionProtection: boolean;
  name(part: string): string;
  forSource(service: string, resources: pulumi.Input<string>): Condition;
  forPersonalizeIfNamed(): Condition;
}

/** The stack's key: of its buckets, stream, logs and notifications. */
export class EncryptionKey {
  readonly arn: pulumi.Output<string>;
  private readonly region: pulumi.Output<string>;

  constructor(name: string, owner: KeyOwner, opts: pulumi.CustomResourceOptions) {
    this.region = owner.region;
    const key = new kms.Key(
      `${name}-key`,
      {
        description: `${owner.project} ${owner.stack}: events, data, logs and notifications`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: createPolicy(createStatements(owner)),
        // KMS asks if the caller may change the policy later, by the account's policies too. Those
        // of the deploy role depend on the key's tags, which do not count yet (docs/security.md,
        // "What the deploy role reaches"). The statement for `root` keeps the key manageable.
        bypassPolicyLockoutSafetyCheck: true,
        tags: owner.tags,
      },
      { ...opts, protect: owner.deletionProtection },
    );
    new kms.Alias(`${name}-key-alias`, { name: `alias/${owner.name("key")}`, targetKeyId: key.keyId }, opts);
    this.arn = key.arn;
  }

  /**
   * Allows the use of the stack's key through these services only: a reader of a bucket cannot use
   * the key itself. Each of them calls KMS as its caller and names itself (KMS guide,
   * "kms:ViaService").
   */
  allow(
    actions: ("kms:Decrypt" | "kms:GenerateDataKey")[],
    ...services: ("kinesis" | "lambda" | "s3" | "sns")[]
  ): Statement {
    const via = services.map((service) => pulumi.interpolate`${service}.${this.region}.amazonaws.com`);
    return allow(actions, this.arn, { StringEquals: { "kms:ViaService": via } });
  }

  /**
   * Allows what every role of Personalize needs of the stack's key (guide, "Giving Amazon
   * Personalize permission to use your AWS KMS key"). There the key's policy names the role and
   * allows CreateGrant; here the account's policies decide.
   */
  allowPersonalize(): Statement {
    return allow(
      ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant", "kms:ListGrants"],
      this.arn,
    );
  }
}

/**
 * In a key's policy `*` means this key. The principal `root` leaves the decision to the account's
 * IAM policies.
 */
function createStatements(owner: KeyOwner): Statement[] {
  const { accountId, region } = owner;
  const root = pulumi.interpolate`arn:aws:iam::${accountId}:root`;
  const logGroups = pulumi.interpolate`arn:aws:logs:${region}:${accountId}:log-group:*`;
  return [
    { Sid: "Account", Effect: "Allow", Principal: { AWS: root }, Action: "kms:*", Resource: "*" },
    {
      Sid: "Logs",
      // CloudWatch Logs is the only service here with a regional principal.
      ...allowService(
        pulumi.interpolate`logs.${region}.amazonaws.com`,
        ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "*",
        { ArnLike: { "kms:EncryptionContext:aws:logs:arn": logGroups } },
      ),
    },
    {
      Sid: "Personalize",
      ...allowService(
        "personalize.amazonaws.com",
        [
          "kms:Decrypt",
          "kms:GenerateDataKey",
          // For exports (docs/data.md, "Recommendations for a mailing").
          "kms:GenerateDataKeyWithoutPlaintext",
          "kms:DescribeKey",
          "kms:CreateGrant",
          "kms:ListGrants",
        ],
        "*",
        owner.forPersonalizeIfNamed(),
      ),
    },
    // Both services publish to the encrypted topic. Alarms name their source to KMS, EventBridge
    // does not (SNS guide, "Key management", "Enable compatibility between event sources from AWS
    // services and encrypted topics").
    { Sid: "Rules", ...allowService("events.amazonaws.com", ["kms:GenerateDataKey", "kms:Decrypt"], "*") },
    {
      Sid: "Alarms",
      ...allowService(
        "cloudwatch.amazonaws.com",
        ["kms:GenerateDataKey", "kms:Decrypt"],
        "*",
        owner.forSource("cloudwatch", "alarm:*"),
      ),
    },
  ];
}
