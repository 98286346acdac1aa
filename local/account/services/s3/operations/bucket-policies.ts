import { bucketArn } from "../../../aws/arn";
import type { Handlers } from "../../../host/service";
import { parsePolicy } from "../../../languages/policy/documents";
import type { Clients } from "../../../model/clients";
import { s3Fault } from "../faults";
import { isPublic } from "../public-policy";
import type { Bucket, Buckets } from "../state/bucket";

/** User guide, "Adding a bucket policy": 20 KB. */
const longestPolicy = 20_480;

const malformedPolicy = (message: string) => s3Fault("MalformedPolicy", message);

/** Policies of buckets. */
export function bucketPolicyHandlers(buckets: Buckets) {
  return {
    GetBucketPolicy(input, call) {
      const bucket = buckets.of(call, input);
      return { Policy: requirePolicy(bucket).text };
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
          `User: ${call.principal.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "${bucketArn(bucket.name)}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
        );
      }
      bucket.policy = { text, document };
      return {};
    },
    DeleteBucketPolicy(input, call) {
      buckets.of(call, input).policy = undefined;
      return {};
    },
  } satisfies Handlers<Clients["s3"]>;
}

function requirePolicy({ policy, name }: Bucket) {
  if (!policy) throw s3Fault("NoSuchBucketPolicy", "The bucket policy does not exist", { BucketName: name });
  return policy;
}

/** A bucket's policy may only contain this bucket and its objects. */
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
