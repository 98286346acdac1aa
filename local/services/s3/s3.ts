import type { Host, Service } from "../../endpoint/service";
import { createBuckets } from "./bucket";
import { bucketHandlers } from "./buckets";
import { createEncryption } from "./encryption";
import { listingHandlers } from "./listing";
import { multipartHandlers } from "./multipart";
import { objectHandlers } from "./objects";
import { s3Permissions } from "./permissions";
import { settingHandlers } from "./settings";
import { taggingHandlers } from "./tagging";

/**
 * S3 in memory: buckets, objects with versions, multipart uploads, settings, lifecycle by the clock. Access control
 * lists, notifications, object lock, archives and customer-provided keys answer 501.
 */
export function s3(host: Host): Service<"s3"> {
  const buckets = createBuckets(host);
  const encryption = createEncryption(host);
  return {
    name: "s3",
    iamPrefix: "s3",
    validationError: "InvalidArgument",
    handlers: {
      ...bucketHandlers(host, buckets),
      ...settingHandlers(host, buckets),
      ...objectHandlers(host, buckets, encryption),
      ...taggingHandlers(buckets),
      ...listingHandlers(buckets),
      ...multipartHandlers(host, buckets, encryption),
    },
    permissions: s3Permissions(buckets),
    resourcePolicy: (arn) => buckets.all.get(arn.split(":")[5]?.split("/")[0] ?? "")?.policy?.document,
  };
}
