import { notImplemented } from "../../endpoint/fault";
import type { Clients, Handlers, Host } from "../../endpoint/service";
import { parsePolicy } from "../iam/documents";
import { checkTags } from "./attributes";
import { type Buckets, type PublicAccessBlock, s3Managed } from "./bucket";
import { refuse, s3Fault } from "./faults";
import { checkRules, startLifecycle } from "./lifecycle";
import { isPublic } from "./public-policy";
import { owner } from "./write";

/** User guide, "Adding a bucket policy": 20 KB. */
const longestPolicy = 20_480;

const malformedPolicy = (message: string) => s3Fault("MalformedPolicy", message);

/** The sub-resources of a bucket, each its own setting. */
export function settingHandlers(host: Host, buckets: Buckets): Handlers<Clients["s3"]> {
  return {
    GetBucketVersioning(input, call) {
      const { versioning } = buckets.of(call, input);
      return versioning === undefined ? {} : { Status: versioning };
    },
    PutBucketVersioning(input, call) {
      refuse("PutBucketVersioning", input, ["MFA"]);
      const { Status, MFADelete } = input.VersioningConfiguration ?? {};
      if (MFADelete === "Enabled") throw notImplemented("s3:PutBucketVersioning MFADelete");
      const bucket = buckets.of(call, input);
      if (Status === undefined)
        throw s3Fault("IllegalVersioningConfigurationException", "The Versioning element must be specified");
      bucket.versioning = Status;
      return {};
    },

    GetBucketEncryption(input, call) {
      const { algorithm, keyId, bucketKey } = buckets.of(call, input).encryption;
      const byDefault = { SSEAlgorithm: algorithm, ...(keyId === undefined ? {} : { KMSMasterKeyID: keyId }) };
      return {
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: bucketKey ?? false }],
        },
      };
    },
    PutBucketEncryption(input, call) {
      const bucket = buckets.of(call, input);
      const rules = input.ServerSideEncryptionConfiguration?.Rules ?? [];
      const [rule] = rules;
      if (rules.length !== 1 || !rule) throw s3Fault("MalformedXML", "A bucket has exactly one encryption rule.");
      refuse("PutBucketEncryption", rule, ["BlockedEncryptionTypes"]);
      const { SSEAlgorithm: algorithm = "AES256", KMSMasterKeyID: keyId } =
        rule.ApplyServerSideEncryptionByDefault ?? {};
      if (algorithm !== "AES256" && algorithm !== "aws:kms")
        throw notImplemented(`s3:PutBucketEncryption ${algorithm}`);
      if (algorithm === "AES256" && keyId !== undefined) {
        throw s3Fault(
          "InvalidArgument",
          "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
        );
      }
      bucket.encryption = { algorithm, keyId, bucketKey: rule.BucketKeyEnabled };
      return {};
    },
    DeleteBucketEncryption(input, call) {
      buckets.of(call, input).encryption = s3Managed;
      return {};
    },

    GetBucketPolicy(input, call) {
      const { policy } = buckets.of(call, input);
      if (!policy) throw noPolicy();
      return { Policy: policy.text };
    },
    GetBucketPolicyStatus(input, call) {
      const { policy } = buckets.of(call, input);
      if (!policy) throw noPolicy();
      return { PolicyStatus: { IsPublic: isPublic(policy.document) } };
    },
    PutBucketPolicy(input, call) {
      const bucket = buckets.of(call, input);
      const { Policy: text = "" } = input;
      if (Buffer.byteLength(text) > longestPolicy) {
        throw malformedPolicy("Policy exceeds the maximum allowed document size.");
      }
      const document = parsePolicy(text, "resource", malformedPolicy);
      checkPolicyResources(bucket.name, [document.Statement].flat());
      if (bucket.publicAccessBlock?.BlockPublicPolicy && isPublic(document)) {
        throw s3Fault(
          "AccessDenied",
          `User: ${call.principal.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${bucket.name}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
        );
      }
      bucket.policy = { text, document };
      return {};
    },
    DeleteBucketPolicy(input, call) {
      buckets.of(call, input).policy = undefined;
      return {};
    },

    GetPublicAccessBlock(input, call) {
      const { publicAccessBlock } = buckets.of(call, input);
      if (!publicAccessBlock) {
        throw s3Fault("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found");
      }
      return { PublicAccessBlockConfiguration: { ...publicAccessBlock } };
    },
    PutPublicAccessBlock(input, call) {
      const given = input.PublicAccessBlockConfiguration ?? {};
      const read = (member: keyof PublicAccessBlock) => given[member] ?? false;
      buckets.of(call, input).publicAccessBlock = {
        BlockPublicAcls: read("BlockPublicAcls"),
        IgnorePublicAcls: read("IgnorePublicAcls"),
        BlockPublicPolicy: read("BlockPublicPolicy"),
        RestrictPublicBuckets: read("RestrictPublicBuckets"),
      };
      return {};
    },
    DeletePublicAccessBlock(input, call) {
      buckets.of(call, input).publicAccessBlock = undefined;
      return {};
    },

    GetBucketOwnershipControls(input, call) {
      const { ownership } = buckets.of(call, input);
      if (!ownership) throw s3Fault("OwnershipControlsNotFoundError", "The bucket ownership controls were not found");
      return { OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] } };
    },
    PutBucketOwnershipControls(input, call) {
      const [rule] = input.OwnershipControls?.Rules ?? [];
      if (!rule?.ObjectOwnership)
        throw s3Fault("MalformedXML", "OwnershipControls needs one rule with ObjectOwnership.");
      buckets.of(call, input).ownership = rule.ObjectOwnership;
      return {};
    },
    DeleteBucketOwnershipControls(input, call) {
      buckets.of(call, input).ownership = undefined;
      return {};
    },

    GetBucketLifecycleConfiguration(input, call) {
      const { lifecycle } = buckets.of(call, input);
      if (!lifecycle) throw s3Fault("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist");
      return { Rules: [...lifecycle.rules], TransitionDefaultMinimumObjectSize: "all_storage_classes_128K" };
    },
    PutBucketLifecycleConfiguration(input, call) {
      const bucket = buckets.of(call, input);
      if ((input.TransitionDefaultMinimumObjectSize ?? "all_storage_classes_128K") !== "all_storage_classes_128K") {
        throw notImplemented(
          `s3:PutBucketLifecycleConfiguration TransitionDefaultMinimumObjectSize ${input.TransitionDefaultMinimumObjectSize}`,
        );
      }
      startLifecycle(host, bucket, checkRules(input.LifecycleConfiguration?.Rules ?? [], host));
      return { TransitionDefaultMinimumObjectSize: "all_storage_classes_128K" };
    },
    DeleteBucketLifecycle(input, call) {
      const bucket = buckets.of(call, input);
      bucket.lifecycle?.timer.cancel();
      bucket.lifecycle = undefined;
      return {};
    },

    GetBucketTagging(input, call) {
      const { tags } = buckets.of(call, input);
      if (!tags) throw s3Fault("NoSuchTagSet", "The TagSet does not exist");
      return { TagSet: Array.from(tags, ([Key, Value]) => ({ Key, Value })) };
    },
    PutBucketTagging(input, call) {
      const tags = input.Tagging?.TagSet ?? [];
      buckets.of(call, input).tags = checkTags(
        tags.map(({ Key = "", Value = "" }) => [Key, Value]),
        50,
      );
      return {};
    },
    DeleteBucketTagging(input, call) {
      buckets.of(call, input).tags = undefined;
      return {};
    },

    // What follows cannot be set here, and says so as an untouched bucket of AWS does.
    GetBucketAcl(input, call) {
      const bucket = buckets.of(call, input);
      const grantee = { ...owner(bucket), Type: "CanonicalUser" as const };
      return { Owner: owner(bucket), Grants: [{ Grantee: grantee, Permission: "FULL_CONTROL" }] };
    },
    GetBucketCors(input, call) {
      buckets.of(call, input);
      throw s3Fault("NoSuchCORSConfiguration", "The CORS configuration does not exist");
    },
    GetBucketWebsite(input, call) {
      buckets.of(call, input);
      throw s3Fault("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration");
    },
    GetBucketReplication(input, call) {
      buckets.of(call, input);
      throw s3Fault("ReplicationConfigurationNotFoundError", "The replication configuration was not found");
    },
    GetObjectLockConfiguration(input, call) {
      buckets.of(call, input);
      throw s3Fault("ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket");
    },
    GetBucketLogging(input, call) {
      buckets.of(call, input);
      return {};
    },
    GetBucketRequestPayment(input, call) {
      buckets.of(call, input);
      return { Payer: "BucketOwner" };
    },
    GetBucketAccelerateConfiguration(input, call) {
      buckets.of(call, input);
      return {};
    },
    GetBucketNotificationConfiguration(input, call) {
      buckets.of(call, input);
      return {};
    },
  };
}

const noPolicy = () => s3Fault("NoSuchBucketPolicy", "The bucket policy does not exist");

/** A bucket's policy may speak of this bucket and its objects only. */
function checkPolicyResources(
  name: string,
  statements: readonly { Resource?: string | string[]; NotResource?: string | string[] }[],
): void {
  for (const { Resource, NotResource } of statements) {
    for (const resource of [Resource ?? NotResource ?? []].flat()) {
      const bucket = resource.replace(/^arn:aws:s3:::/, "").split("/")[0] ?? "";
      const own = bucket === name || (/[*?]/.test(bucket) && resource !== "*");
      if (!own) throw malformedPolicy("Policy has invalid resource");
    }
  }
}
