import type { Host, Service } from "../../endpoint/service";
import { defineService } from "../../endpoint/service";
import { createBuckets } from "./bucket";
import { bucketHandlers } from "./buckets";
import { completionHandlers } from "./completion";
import { copyHandlers } from "./copy";
import { createEncryption } from "./encryption";
import { listingHandlers } from "./listing";
import { multipartHandlers } from "./multipart";
import { multipartListingHandlers } from "./multipart-listing";
import { objectAttributeHandlers } from "./object-attributes";
import { objectHandlers } from "./objects";
import { s3Permissions } from "./permissions";
import { settingHandlers } from "./settings";
import { taggingHandlers } from "./tagging";
import { unsetHandlers } from "./unset";
import { s3Violation } from "./violations";

/**
 * S3 in memory: buckets, objects with versions, multipart uploads, settings, lifecycle by the clock. Access control
 * lists, notifications, object lock, archives and customer-provided keys answer 501.
 */
export function s3(host: Host): Service<"s3"> {
  const buckets = createBuckets(host);
  const encryption = createEncryption(host);
  return defineService({
    name: "s3",
    iamPrefix: "s3",
    validationError: "InvalidArgument",
    violationFault: s3Violation,
    handlers: {
      ...bucketHandlers(host, buckets),
      ...settingHandlers(host, buckets),
      ...unsetHandlers(buckets),
      ...objectHandlers(host, buckets, encryption),
      ...objectAttributeHandlers(host, buckets, encryption),
      ...copyHandlers(host, buckets, encryption),
      ...taggingHandlers(buckets),
      ...listingHandlers(buckets),
      ...multipartHandlers(host, buckets, encryption),
      ...completionHandlers(host, buckets, encryption),
      ...multipartListingHandlers(buckets),
    },
    permissions: s3Permissions(buckets),
    placeOf: (path) => buckets.all.get(path.split("/")[1] ?? ""),
    resourcePolicy: (arn) => buckets.all.get(arn.split(":")[5]?.split("/")[0] ?? "")?.policy?.document,
  });
}
