import * as cloudwatch from "@pulumi/aws/cloudwatch";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getRegionOutput } from "@pulumi/aws/getRegion";
import * as kms from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";
import { projectTag } from "../../names/layout";
import { bucketName, physicalName, startOfNames } from "../../names/physical-names";
import { allow, allowService, type Condition, createPolicy, type Statement } from "../support/policy";

export interface FoundationArgs {
  logRetentionDays: number;
  deletionProtection: boolean;
  /** Tags in addition to project and stack. */
  tags: Record<string, string>;
  permissionsBoundaryArn?: string | undefined;
}

/**
 * Holds what every part of the stack uses: the encryption key, names, ARNs, tags and log retention.
 * @example new Foundation("recommender", { logRetentionDays: 30, deletionProtection: true, tags: {
 * team: "pets" } })
 */
export class Foundation extends pulumi.ComponentResource {
  readonly keyArn: pulumi.Output<string>;
  readonly accountId: pulumi.Output<string>;
  readonly region: pulumi.Output<string>;
  readonly tags: Record<string, string>;
  readonly project: string;
  readonly stack: string;
  readonly deletionProtection: boolean;
  readonly permissionsBoundaryArn: string | undefined;
  private readonly logRetentionDays: number;

  constructor(name: string, args: FoundationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:foundation:Foundation", name, {}, opts);
    this.project = pulumi.getProject();
    this.stack = pulumi.getStack();
    this.deletionProtection = args.deletionProtection;
    this.permissionsBoundaryArn = args.permissionsBoundaryArn;
    this.logRetentionDays = args.logRetentionDays;
    this.tags = { ...args.tags, [projectTag]: this.project, Stack: this.stack };
    this.accountId = getCallerIdentityOutput({}, { parent: this }).accountId;
    this.region = getRegionOutput({}, { parent: this }).region;
    this.region.apply(requireUsualPartition);

    const key = new kms.Key(
      `${name}-key`,
      {
        description: `${this.project} ${this.stack}: events, data, logs and notifications`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: createPolicy(this.createKeyPolicy()),
        // KMS asks if the caller may change the policy later, by the account's policies too. Those
        // of the deploy role depend on the key's tags, which do not count yet (docs/security.md,
        // "What the deploy role reaches"). The statement for `root` keeps the key manageable.
        bypassPolicyLockoutSafetyCheck: true,
        tags: this.tags,
      },
      { parent: this, protect: args.deletionProtection },
    );
    new kms.Alias(`${name}-key-alias`, { name: `alias/${this.name("key")}`, targetKeyId: key.keyId }, { parent: this });
    this.keyArn = key.arn;
    this.registerOutputs({ keyArn: this.keyArn });
  }

  /** Returns the physical name of a part, which contains the stack's name. */
  name(part: string): string {
    return physicalName(this, part);
  }

  /** Returns the name of a bucket; the account's id makes it unique in AWS. */
  bucketName(part: string): pulumi.Output<string> {
    return this.accountId.apply((account) => bucketName(this, part, account));
  }

  /**
   * Returns an ARN in this account and Region, for policies about resources that are created later
   * or elsewhere.
   */
  arn(service: string, resource: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.interpolate`arn:aws:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  /**
   * Returns a pattern of the stack's resources of one type in Personalize, versions of solutions
   * included. Lists of them would make a policy grow with each placement, and all inline policies
   * of a role have 10,240 characters together (IAM guide, "IAM and AWS STS quotas").
   */
  personalizeArns(type: "campaign" | "solution"): pulumi.Output<string> {
    return this.arn("personalize", `${type}/${startOfNames(this)}*`);
  }

  /** Creates an encrypted log group with the stack's retention. */
  createLogGroup(name: string, physical: string, parent: pulumi.Resource): cloudwatch.LogGroup {
    return new cloudwatch.LogGroup(
      name,
      { name: physical, retentionInDays: this.logRetentionDays, kmsKeyId: this.keyArn, tags: this.tags },
      { parent },
    );
  }

  /**
   * Allows the use of the stack's key through these services only: a reader of a bucket cannot use
   * the key itself. Each of them calls KMS as its caller and names itself (KMS guide,
   * "kms:ViaService").
   */
  allowKey(
    actions: ("kms:Decrypt" | "kms:GenerateDataKey")[],
    ...services: ("kinesis" | "lambda" | "s3" | "sns")[]
  ): Statement {
    const via = services.map((service) => pulumi.interpolate`${service}.${this.region}.amazonaws.com`);
    return allow(actions, this.keyArn, { StringEquals: { "kms:ViaService": via } });
  }

  /**
   * Returns the condition that a service acts for these resources of this account: otherwise
   * another account could make the service use what the stack allows it (IAM guide, "The confused
   * deputy problem").
   */
  forSource(service: string, resources: pulumi.Input<string>): Condition {
    return {
      StringEquals: { "aws:SourceAccount": this.accountId },
      ArnLike: { "aws:SourceArn": this.arn(service, resources) },
    };
  }

  /**
   * Returns the condition for Amazon Personalize in the policies of keys and buckets: where it
   * names a source, it is this account's. Its guide has these keys in trust policies only
   * ("Cross-service confused deputy prevention"), and its samples for keys and buckets have no
   * condition, so it may send none there.
   */
  forPersonalizeIfNamed(): Condition {
    const { StringEquals = {}, ArnLike = {} } = this.forSource("personalize", "*");
    return { StringEqualsIfExists: StringEquals, ArnLikeIfExists: ArnLike };
  }

  /**
   * Creates the trust policy of a role that a service assumes for these resources. The ARNs are
   * those that each service documents: a state machine (Step Functions guide), the group of a
   * schedule, never the schedule (Scheduler guide), every resource of the account (Personalize
   * guide).
   */
  createTrust(
    service: "firehose" | "personalize" | "scheduler" | "states",
    resources: pulumi.Input<string>,
  ): pulumi.Output<string> {
    const source = this.forSource(service, resources);
    // The guide, "Controlling access", once had the account as the external id, and today names no
    // condition.
    const external = { StringEquals: { "sts:ExternalId": this.accountId } };
    const who = { Principal: { Service: `${service}.amazonaws.com` }, Action: "sts:AssumeRole" };
    const conditions = service === "firehose" ? [external, source] : [source];
    return createPolicy(conditions.map((Condition) => ({ Effect: "Allow", ...who, Condition })));
  }

  /**
   * Allows what every role of Personalize needs of the stack's key (guide, "Giving Amazon
   * Personalize permission to use your AWS KMS key"). There the key's policy names the role and
   * allows CreateGrant; here the account's policies decide.
   */
  allowPersonalizeKey(): Statement {
    return allow(
      ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant", "kms:ListGrants"],
      this.keyArn,
    );
  }

  /**
   * In a key's policy `*` means this key. The principal `root` leaves the decision to the account's
   * IAM policies.
   */
  private createKeyPolicy(): Statement[] {
    const root = pulumi.interpolate`arn:aws:iam::${this.accountId}:root`;
    const logGroups = pulumi.interpolate`arn:aws:logs:${this.region}:${this.accountId}:log-group:*`;
    return [
      { Sid: "Account", Effect: "Allow", Principal: { AWS: root }, Action: "kms:*", Resource: "*" },
      {
        Sid: "Logs",
        // CloudWatch Logs is the only service here with a regional principal.
        ...allowService(
          pulumi.interpolate`logs.${this.region}.amazonaws.com`,
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
          this.forPersonalizeIfNamed(),
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
          this.forSource("cloudwatch", "alarm:*"),
        ),
      },
    ];
  }
}

/**
 * Refuses Regions of China and of governments: ARNs begin in another way there, and service
 * principals and addresses differ (AWS General Reference, "Amazon Resource Names").
 */
export function requireUsualPartition(region: string): void {
  if (!/^(cn|us-gov|\w+-iso\w*)-/.test(region)) return;
  throw new pulumi.RunError(
    `aws:region: ${region} is not in the partition aws, for which this program is written. Set another Region.`,
  );
}
