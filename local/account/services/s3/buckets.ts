import type { BucketLocationConstraint } from "@aws-sdk/client-s3";
import type { Clients } from "../../endpoint/clients";
import { page } from "../../endpoint/page";
import type { Caller, Handlers, Host } from "../../endpoint/service";
import { allowedValues } from "../../endpoint/validate";
import { type Bucket, type Buckets, bucketArn, s3Managed } from "./bucket";
import { invalidArgument, refuse, s3Fault } from "./faults";
import { newBucketTags, readTags } from "./tags";
import { owner } from "./write";

/** Where S3 lived before it had Regions: its buckets have no location constraint. */
const firstRegion = "us-east-1";

/** Of one account, by default (user guide, "General purpose bucket quotas, limitations, and restrictions"). */
const mostBuckets = 10_000;

/** Buckets as such: create, find, list, delete. */
export function bucketHandlers(host: Host, buckets: Buckets) {
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
          { BucketName: name },
        );
      }
      const tags = readTags(configuration.Tags ?? [], newBucketTags);
      // The first Region answers 200 when its owner makes a bucket again (API reference, CreateBucket), without tags.
      if (existing && !(existing.region === firstRegion && region === firstRegion && tags.size === 0)) {
        throw s3Fault(
          "BucketAlreadyOwnedByYou",
          "Your previous request to create the named bucket succeeded and you already own it.",
          { BucketName: name },
        );
      }
      const owned = [...buckets.all.values()].filter(({ account }) => account === call.account);
      if (!existing && owned.length >= mostBuckets) {
        throw s3Fault("TooManyBuckets", "You have attempted to create more buckets than allowed");
      }
      const bucket =
        existing ??
        create(host, {
          name,
          account: call.account,
          region,
          locationConstraint: configuration.LocationConstraint,
          ownership: readOwnership(input.ObjectOwnership),
        });
      if (tags.size > 0) bucket.tags = tags;
      buckets.all.set(name, bucket);
      return { Location: region === firstRegion ? `/${name}` : `${host.origin}/${name}`, BucketArn: bucketArn(name) };
    },

    HeadBucket(input, call) {
      const { region, name } = buckets.of(call, input);
      return { BucketRegion: region, AccessPointAlias: false, BucketArn: bucketArn(name) };
    },

    GetBucketLocation(input, call) {
      const { region, locationConstraint = region } = buckets.of(call, input);
      return region === firstRegion ? {} : { LocationConstraint: locationConstraint as BucketLocationConstraint };
    },

    ListBuckets({ Prefix = "", BucketRegion, ContinuationToken, MaxBuckets = 10_000 }, call) {
      if (BucketRegion !== undefined && !isRegion(BucketRegion)) {
        throw invalidArgument(`Argument value ${BucketRegion} is not a valid AWS Region`, "bucket-region");
      }
      const matching = [...buckets.all.values()].filter(
        ({ account, name, region }) =>
          account === call.account &&
          name.startsWith(Prefix) &&
          (BucketRegion === undefined || region === BucketRegion),
      );
      const { items, next } = page(matching, ({ name }) => name, {
        token: ContinuationToken || undefined,
        limit: MaxBuckets,
      });
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
          { BucketName: bucket.name },
        );
      }
      bucket.lifecycle?.timer.cancel();
      buckets.all.delete(bucket.name);
      return {};
    },
  } satisfies Handlers<Clients["s3"]>;
}

function create(
  host: Host,
  {
    name,
    account,
    region,
    locationConstraint,
    ownership,
  }: Pick<Bucket, "name" | "account" | "region" | "locationConstraint" | "ownership">,
): Bucket {
  return {
    name,
    account,
    region,
    locationConstraint,
    created: new Date(host.clock.now()),
    objects: new Map(),
    uploads: new Map(),
    completed: new Map(),
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
  if (!valid) throw s3Fault("InvalidBucketName", "The specified bucket is not valid.", { BucketName: name });
  return name;
}

/**
 * Where a bucket is made: the first Region's endpoint makes it anywhere, any other only in its own Region. `EU` is the old
 * name of eu-west-1.
 */
function readRegion({ region }: Caller, constraint: string | undefined): string {
  const wanted = constraint === "EU" ? "eu-west-1" : constraint;
  if (region === firstRegion) {
    if (wanted === undefined) return firstRegion;
    if (wanted !== firstRegion && isRegion(wanted)) return wanted;
    throw s3Fault("InvalidLocationConstraint", "The specified location-constraint is not valid", {
      LocationConstraint: constraint ?? "",
    });
  }
  if (constraint === region || (constraint === "EU" && region === "eu-west-1")) return region;
  throw s3Fault(
    "IllegalLocationConstraintException",
    `The ${constraint ?? "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

/** The Regions that S3's model lists, and the first one, which has no location constraint. */
const isRegion = (name: string) =>
  name === firstRegion ||
  (name !== "EU" && allowedValues("s3", "CreateBucketConfiguration.LocationConstraint").includes(name));

const ownerships: readonly string[] = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"];

function readOwnership(given: Bucket["ownership"]): Bucket["ownership"] {
  if (given === undefined || ownerships.includes(given)) return given;
  throw invalidArgument(`Invalid x-amz-object-ownership header: ${given}`, "x-amz-object-ownership");
}
