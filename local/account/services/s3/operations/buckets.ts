import type { BucketLocationConstraint, CreateBucketRequest } from "@aws-sdk/client-s3";
import { bucketArn } from "../../../aws/arn";
import { page } from "../../../host/page";
import type { Caller, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { allowedValues } from "../../../model/validate";
import { invalidArgument, refuse, s3Fault } from "../faults";
import { bucketTagLimit, readTags } from "../request/tags";
import { type Bucket, type Buckets, s3Managed } from "../state/bucket";
import { ownerOf, wholeSecond } from "../state/write";

/** The only Region that S3 had at first: its buckets have no location constraint. */
const firstRegion = "us-east-1";

/**
 * The quota of one account, by default (user guide, "General purpose bucket quotas, limitations,
 * and restrictions").
 */
const mostBuckets = 10_000;

/** Creates, finds, lists and deletes buckets. */
export function bucketHandlers(host: Host, buckets: Buckets) {
  return {
    CreateBucket(input, call) {
      refuseUnsupported(input);
      const { LocationConstraint: locationConstraint, Tags = [] } = input.CreateBucketConfiguration ?? {};
      const name = checkName(input.Bucket);
      const region = readRegion(call, locationConstraint);
      checkAcl(input.ACL);
      const existing = buckets.all.get(name);
      if (existing) refuseForeign(existing, call);
      const tags = readTags(Tags, bucketTagLimit);
      if (existing) refuseOwned(existing, region, tags.size > 0);
      else checkQuota(buckets, call);
      const settings = { name, account: call.account, region, locationConstraint };
      const bucket = existing ?? create(host, { ...settings, ownership: readOwnership(input.ObjectOwnership) });
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
          CreationDate: wholeSecond(created),
          BucketRegion: region,
          BucketArn: bucketArn(name),
        })),
        Owner: ownerOf(call),
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

function refuseUnsupported(input: CreateBucketRequest): void {
  refuse("CreateBucket", input, [
    "GrantFullControl",
    "GrantRead",
    "GrantReadACP",
    "GrantWrite",
    "GrantWriteACP",
    "BucketNamespace",
  ]);
  if (input.ObjectLockEnabledForBucket) refuse("CreateBucket", input, ["ObjectLockEnabledForBucket"]);
  refuse("CreateBucket", input.CreateBucketConfiguration ?? {}, ["Location", "Bucket"]);
}

function checkAcl(acl = "private"): void {
  if (acl === "private") return;
  throw s3Fault(
    "InvalidBucketAclWithObjectOwnership",
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  );
}

function refuseForeign({ name, account }: Bucket, call: Caller): void {
  if (account === call.account) return;
  throw s3Fault(
    "BucketAlreadyExists",
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
    { BucketName: name },
  );
}

/**
 * The first Region returns 200 when the owner creates a bucket again without tags (API reference,
 * CreateBucket).
 */
function refuseOwned(existing: Bucket, region: string, withTags: boolean): void {
  if (existing.region === firstRegion && region === firstRegion && !withTags) return;
  throw s3Fault(
    "BucketAlreadyOwnedByYou",
    "Your previous request to create the named bucket succeeded and you already own it.",
    { BucketName: existing.name },
  );
}

function checkQuota(buckets: Buckets, call: Caller): void {
  const owned = [...buckets.all.values()].filter(({ account }) => account === call.account);
  if (owned.length < mostBuckets) return;
  throw s3Fault("TooManyBuckets", "You have attempted to create more buckets than allowed");
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
    // New buckets are not accessible to the public and without access control lists since April
    // 2023.
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
 * Reads the Region of a new bucket: the first Region's endpoint makes it anywhere, any other only
 * in its own Region. `EU` is the old name of eu-west-1.
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
