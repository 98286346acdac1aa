import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { s3Fault } from "../faults";
import type { Buckets } from "../state/bucket";
import { checkRules, createLifecycle } from "../state/lifecycle";

/** The rules that delete objects, versions and uploads by their age. */
export function bucketLifecycleHandlers(host: Host, buckets: Buckets) {
  const startLifecycle = createLifecycle(host);
  return {
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
      // No rule here moves an object, so that the smallest size is only returned.
      startLifecycle(bucket, { rules: checkRules(input.LifecycleConfiguration?.Rules, host), smallest });
      return { TransitionDefaultMinimumObjectSize: smallest };
    },
    DeleteBucketLifecycle(input, call) {
      const bucket = buckets.of(call, input);
      bucket.lifecycle?.timer.cancel();
      bucket.lifecycle = undefined;
      return {};
    },
  } satisfies Handlers<Clients["s3"]>;
}
