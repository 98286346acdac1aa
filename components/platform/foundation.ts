import * as cloudwatch from "@pulumi/aws/cloudwatch";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getRegionOutput } from "@pulumi/aws/getRegion";
import * as pulumi from "@pulumi/pulumi";
import { completePattern } from "../../dynamic-providers/resource/names";
import { projectTag } from "../../names/layout";
import { bucketName, physicalName } from "../../names/physical-names";
import { type Condition, createPolicy } from "../support/policy";
import { EncryptionKey } from "./encryption-key";

export interface FoundationArgs {
  logRetentionDays: number;
  deletionProtection: boolean;
  /** Tags in addition to project and stack. */
  tags: Record<string, string>;
  permissionsBoundaryArn?: string | undefined;
}

/**
 * Holds what every part of the stack uses: names, ARNs, tags, log groups and the encryption key.
 * @example
 * ```ts
 * import { Foundation } from "./foundation";
 *
 * const foundation = new Foundation("recommender", {
 *   logRetentionDays: 30,
 *   deletionProtection: true,
 *   tags: { team: "pets" },
 * });
 * export const bucketName = foundation.bucketName("reports");
 * ```
 */
export class Foundation extends pulumi.ComponentResource {
  readonly key: EncryptionKey;
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

    this.key = new EncryptionKey(name, this, { parent: this });
    this.registerOutputs({ keyArn: this.key.arn });
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
   * Returns a pattern of the stack's resource with this name in Personalize, which ends in a hash,
   * and of what replaces it. A stack `dev` does not reach what `dev-eu` has.
   */
  personalizeArn(type: "campaign" | "solution", part: string): pulumi.Output<string> {
    return this.arn("personalize", `${type}/${completePattern(this.name(part))}`);
  }

  /** Creates an encrypted log group with the stack's retention. */
  createLogGroup(name: string, physical: string, parent: pulumi.Resource): cloudwatch.LogGroup {
    return new cloudwatch.LogGroup(
      name,
      { name: physical, retentionInDays: this.logRetentionDays, kmsKeyId: this.key.arn, tags: this.tags },
      { parent },
    );
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
}
