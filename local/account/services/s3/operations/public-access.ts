import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { malformedXml, s3Fault } from "../faults";
import type { Buckets, PublicAccessBlock } from "../state/bucket";

/** The block of public access, and who owns uploaded objects. */
export function publicAccessHandlers(buckets: Buckets) {
  return {
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
      const readMember = (member: keyof PublicAccessBlock) => given[member] ?? false;
      buckets.of(call, input).publicAccessBlock = {
        BlockPublicAcls: readMember("BlockPublicAcls"),
        IgnorePublicAcls: readMember("IgnorePublicAcls"),
        BlockPublicPolicy: readMember("BlockPublicPolicy"),
        RestrictPublicBuckets: readMember("RestrictPublicBuckets"),
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
  } satisfies Handlers<Clients["s3"]>;
}
