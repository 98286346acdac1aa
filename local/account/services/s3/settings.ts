import type { Clients } from "../../endpoint/clients";
import { notImplemented } from "../../endpoint/fault";
import type { Handlers, Host } from "../../endpoint/service";
import { parsePolicy } from "../iam/documents";
import { type Bucket, type Buckets, type PublicAccessBlock, s3Managed } from "./bucket";
import { invalidArgument, malformedXml, refuse, s3Fault } from "./faults";
import { checkRules, startLifecycle } from "./lifecycle";
import { isPublic } from "./public-policy";
import { bucketTags, readTags } from "./tags";

/** User guide, "Adding a bucket policy": 20 KB. */
const longestPolicy = 20_480;

const malformedPolicy = (message: string) => s3Fault("MalformedPolicy", message);

/** The sub-resources of a bucket, each its own setting. */
export function settingHandlers(host: Host, buckets: Buckets) {
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
      if (rules.length !== 1 || !rule?.ApplyServerSideEncryptionByDefault) throw malformedXml();
      refuse("PutBucketEncryption", rule, ["BlockedEncryptionTypes"]);
      const { SSEAlgorithm: algorithm = "AES256", KMSMasterKeyID: keyId } =
        rule.ApplyServerSideEncryptionByDefault ?? {};
      if (algorithm !== "AES256" && algorithm !== "aws:kms")
        throw notImplemented(`s3:PutBucketEncryption ${algorithm}`);
      if (algorithm === "AES256" && keyId !== undefined) {
        throw invalidArgument(
          "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
          "ApplyServerSideEncryptionByDefault",
        );
      }
      bucket.encryption = { algorithm, keyId, bucketKey: rule.BucketKeyEnabled, configured: true };
      return {};
    },
    DeleteBucketEncryption(input, call) {
      buckets.of(call, input).encryption = s3Managed;
      return {};
    },

    GetBucketPolicy(input, call) {
      const bucket = buckets.of(call, input);
      return { Policy: policyOf(bucket).text };
    },
    GetBucketPolicyStatus(input, call) {
      const bucket = buckets.of(call, input);
      return { PolicyStatus: { IsPublic: isPublic(policyOf(bucket).document) } };
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
      const { publicAccessBlock, name } = buckets.of(call, input);
      if (!publicAccessBlock) {
        throw s3Fault("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found", {
          BucketName: name,
        });
      }
      return { PublicAccessBlockConfiguration: { ...publicAccessBlock } };
    },
    PutPublicAccessBlock(input, call) {
      const given = input.PublicAccessBlockConfiguration ?? {};
      if (Object.values(given).every((value) => value === undefined)) throw malformedXml();
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
      const { ownership, name } = buckets.of(call, input);
      if (!ownership) {
        throw s3Fault("OwnershipControlsNotFoundError", "The bucket ownership controls were not found", {
          BucketName: name,
        });
      }
      return { OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] } };
    },
    PutBucketOwnershipControls(input, call) {
      const [rule, ...others] = input.OwnershipControls?.Rules ?? [];
      if (!rule?.ObjectOwnership || others.length > 0) throw malformedXml();
      buckets.of(call, input).ownership = rule.ObjectOwnership;
      return {};
    },
    DeleteBucketOwnershipControls(input, call) {
      buckets.of(call, input).ownership = undefined;
      return {};
    },

    GetBucketLifecycleConfiguration(input, call) {
      const { lifecycle, name } = buckets.of(call, input);
      if (!lifecycle) {
        throw s3Fault("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", {
          BucketName: name,
        });
      }
      return { Rules: [...lifecycle.rules], TransitionDefaultMinimumObjectSize: lifecycle.smallest };
    },
    PutBucketLifecycleConfiguration(input, call) {
      const bucket = buckets.of(call, input);
      const { TransitionDefaultMinimumObjectSize: smallest = "all_storage_classes_128K" } = input;
      if (smallest !== "all_storage_classes_128K" && smallest !== "varies_by_storage_class") {
        throw s3Fault("InvalidRequest", `Invalid TransitionDefaultMinimumObjectSize found: ${smallest}`);
      }
      // No rule here moves an object, so that the smallest size only comes back.
      startLifecycle(host, bucket, { rules: checkRules(input.LifecycleConfiguration?.Rules, host), smallest });
      return { TransitionDefaultMinimumObjectSize: smallest };
    },
    DeleteBucketLifecycle(input, call) {
      const bucket = buckets.of(call, input);
      bucket.lifecycle?.timer.cancel();
      bucket.lifecycle = undefined;
      return {};
    },

    GetBucketTagging(input, call) {
      const { tags, name } = buckets.of(call, input);
      if (!tags) throw s3Fault("NoSuchTagSet", "The TagSet does not exist", { BucketName: name });
      return { TagSet: Array.from(tags, ([Key, Value]) => ({ Key, Value })) };
    },
    PutBucketTagging(input, call) {
      const bucket = buckets.of(call, input);
      const tags = readTags(input.Tagging?.TagSet ?? [], bucketTags);
      // An empty set is none at all (recorded: GetBucketTagging answers NoSuchTagSet after it).
      bucket.tags = tags.size > 0 ? tags : undefined;
      return {};
    },
    DeleteBucketTagging(input, call) {
      buckets.of(call, input).tags = undefined;
      return {};
    },
  } satisfies Handlers<Clients["s3"]>;
}

function policyOf({ policy, name }: Bucket) {
  if (!policy) throw s3Fault("NoSuchBucketPolicy", "The bucket policy does not exist", { BucketName: name });
  return policy;
}

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
