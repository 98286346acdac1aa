import { page } from "../../endpoint/page";
import type { Caller, Clients, Handlers, Host } from "../../endpoint/service";
import { checkTags } from "./attributes";
import { type Bucket, type Buckets, bucketArn, s3Managed } from "./bucket";
import { refuse, s3Fault } from "./faults";
import { owner } from "./write";

/** Where S3 lived before it had Regions: its buckets have no location constraint. */
const firstRegion = "us-east-1";

/** Of one account, by default (user guide, "General purpose bucket quotas, limitations, and restrictions"). */
const mostBuckets = 10_000;

/** Buckets as such: create, find, list, delete. */
export function bucketHandlers(host: Host, buckets: Buckets): Handlers<Clients["s3"]> {
  return {
    CreateBucket(input, call) {
      refuse("CreateBucket", input, [
        "GrantFullControl",
        "GrantRead",
        "GrantReadACP",
        "GrantWrite",
        "GrantWriteACP",
        "BucketNamespace",
      ]);
      if (input.ObjectLockEnabledForBucket) refuse("CreateBucket", input, ["ObjectLockEnabledForBucket"]);
      const configuration = input.CreateBucketConfiguration ?? {};
      refuse("CreateBucket", configuration, ["Location", "Bucket"]);
      const name = checkName(input.Bucket);
      const region = readRegion(call, configuration.LocationConstraint);
      if (input.ACL !== undefined && input.ACL !== "private") {
        throw s3Fault(
          "InvalidBucketAclWithObjectOwnership",
          "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
        );
      }
      const existing = buckets.all.get(name);
      if (existing && existing.account !== call.account) {
        throw s3Fault(
          "BucketAlreadyExists",
          "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
        );
      }
      // The first Region answers 200 when its owner makes a bucket again (API reference, CreateBucket).
      if (existing && !(existing.region === firstRegion && region === firstRegion)) {
        throw s3Fault(
          "BucketAlreadyOwnedByYou",
          "Your previous request to create the named bucket succeeded and you already own it.",
        );
      }
      const tags = configuration.Tags ?? [];
      const owned = [...buckets.all.values()].filter(({ account }) => account === call.account);
      if (!existing && owned.length >= mostBuckets) {
        throw s3Fault("TooManyBuckets", "You have attempted to create more buckets than allowed");
      }
      const bucket =
        existing ?? create(host, { name, account: call.account, region, ownership: input.ObjectOwnership });
      if (tags.length > 0)
        bucket.tags = checkTags(
          tags.map(({ Key = "", Value = "" }) => [Key, Value]),
          50,
        );
      buckets.all.set(name, bucket);
      return { Location: region === firstRegion ? `/${name}` : `${host.origin}/${name}`, BucketArn: bucketArn(name) };
    },

    HeadBucket(input, call) {
      const { region, name } = buckets.of(call, input);
      return { BucketRegion: region, AccessPointAlias: false, BucketArn: bucketArn(name) };
    },

    GetBucketLocation(input, call) {
      const { region } = buckets.of(call, input);
      return region === firstRegion ? {} : { LocationConstraint: region as never };
    },

    ListBuckets({ Prefix = "", BucketRegion, ContinuationToken, MaxBuckets = 10_000 }, call) {
      const matching = [...buckets.all.values()].filter(
        ({ account, name, region }) =>
          account === call.account &&
          name.startsWith(Prefix) &&
          (BucketRegion === undefined || region === BucketRegion),
      );
      const { items, next } = page(matching, ({ name }) => name, { token: ContinuationToken, limit: MaxBuckets });
      return {
        Buckets: items.map(({ name, created, region }) => ({
          Name: name,
          CreationDate: created,
          BucketRegion: region,
          BucketArn: bucketArn(name),
        })),
        Owner: owner(call),
        ContinuationToken: next,
        ...(Prefix === "" ? {} : { Prefix }),
      };
    },

    DeleteBucket(input, call) {
      const bucket = buckets.of(call, input);
      if (bucket.objects.size > 0) {
        throw s3Fault(
          "BucketNotEmpty",
          bucket.versioning === undefined
            ? "The bucket you tried to delete is not empty"
            : "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
        );
      }
      bucket.lifecycle?.timer.cancel();
      buckets.all.delete(bucket.name);
      return {};
    },
  };
}

function create(
  host: Host,
  { name, account, region, ownership }: Pick<Bucket, "name" | "account" | "region" | "ownership">,
): Bucket {
  return {
    name,
    account,
    region,
    created: new Date(host.clock.now()),
    objects: new Map(),
    uploads: new Map(),
    versioning: undefined,
    encryption: s3Managed,
    policy: undefined,
    // New buckets are closed to the public and without access control lists since April 2023.
    publicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    ownership: ownership ?? "BucketOwnerEnforced",
    lifecycle: undefined,
    tags: undefined,
  };
}

/** User guide, "General purpose buckets naming rules". */
function checkName(name = ""): string {
  const valid =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !/\.\.|^\d+\.\d+\.\d+\.\d+$|^xn--|^sthree-|^amzn-s3-demo-|-s3alias$|--ol-s3$|\.mrap$|--x-s3$|--table-s3$/.test(
      name,
    );
  if (!valid) throw s3Fault("InvalidBucketName", "The specified bucket is not valid.");
  return name;
}

function readRegion({ region }: Caller, constraint: string | undefined): string {
  if ((constraint ?? firstRegion) !== region) {
    throw s3Fault(
      "IllegalLocationConstraintException",
      `The ${constraint ?? "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
  return region;
}
