import { notImplemented } from "../../../aws/fault";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { invalidArgument, malformedXml, refuse } from "../faults";
import { type Buckets, s3Managed } from "../state/bucket";

/** The default encryption of new objects of a bucket. */
export function bucketEncryptionHandlers(buckets: Buckets) {
  return {
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
      if (algorithm !== "AES256" && algorithm !== "aws:kms") {
        throw notImplemented(`s3:PutBucketEncryption with SSEAlgorithm ${algorithm}`);
      }
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
  } satisfies Handlers<Clients["s3"]>;
}
