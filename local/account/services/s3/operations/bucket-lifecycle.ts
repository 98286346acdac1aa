import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { refuse, s3Fault } from "../faults";
import type { Buckets } from "../state/bucket";
import { checkRules, createLifecycle } from "../state/lifecycle";

/** The default, which is only returned: no rule here moves an object. */
const smallestMoved = "all_storage_classes_128K";

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
      return { Rules: [...lifecycle.rules], TransitionDefaultMinimumObjectSize: smallestMoved };
    },
    PutBucketLifecycleConfiguration(input, call) {
      const bucket = buckets.of(call, input);
      if ((input.TransitionDefaultMinimumObjectSize ?? smallestMoved) !== smallestMoved) {
        refuse("PutBucketLifecycleConfiguration", input, ["TransitionDefaultMinimumObjectSize"]);
      }
      startLifecycle(bucket, checkRules(input.LifecycleConfiguration?.Rules, host));
      return { TransitionDefaultMinimumObjectSize: smallestMoved };
    },
    DeleteBucketLifecycle(input, call) {
      const bucket = buckets.of(call, input);
      bucket.lifecycle?.timer.cancel();
      bucket.lifecycle = undefined;
      return {};
    },
  } satisfies Handlers<Clients["s3"]>;
}
