import { notImplemented } from "../../../aws/fault";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { refuse, s3Fault } from "../faults";
import type { Buckets } from "../state/bucket";

/** Versioning: a bucket keeps the versions of its objects, or does not. */
export function bucketVersioningHandlers(buckets: Buckets) {
  return {
    GetBucketVersioning(input, call) {
      const { versioning } = buckets.of(call, input);
      return versioning === undefined ? {} : { Status: versioning };
    },
    PutBucketVersioning(input, call) {
      refuse("PutBucketVersioning", input, ["MFA"]);
      const { Status, MFADelete } = input.VersioningConfiguration ?? {};
      if (MFADelete === "Enabled") throw notImplemented("s3:PutBucketVersioning with MFADelete");
      const bucket = buckets.of(call, input);
      if (Status === undefined) {
        throw s3Fault("IllegalVersioningConfigurationException", "The Versioning element must be specified");
      }
      bucket.versioning = Status;
      return {};
    },
  } satisfies Handlers<Clients["s3"]>;
}
