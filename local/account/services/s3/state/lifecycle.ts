import type { LifecycleExpiration, LifecycleRule, LifecycleRuleFilter } from "@aws-sdk/client-s3";
import { notImplemented } from "../../../aws/fault";
import type { Host } from "../../../host/service";
import { invalidArgument, malformedXml, s3Fault } from "../faults";
import type { Bucket } from "./bucket";
import { addDeleteMarker, type ObjectVersion, removeVersion, removeVersions } from "./versions";
import { createDeleteMarker } from "./write";

const day = 86_400_000;

/** The limit of one configuration (user guide, "Managing the lifecycle of objects"). */
const mostRules = 1_000;
/** Rules take effect at midnight UTC (user guide, "Lifecycle rules: based on an object's age"). */
const nextMidnight = (time: number) => (Math.floor(time / day) + 1) * day;

/** An age of whole days counts from the midnight after the event. */
const dueAfter = (since: Date, days: number) => nextMidnight(since.getTime()) + days * day - 1;

/** Refuses what S3 refuses, and 501s what the account cannot do. Rules without an id get one. */
export function checkRules(rules: readonly LifecycleRule[] | undefined, host: Host): LifecycleRule[] {
  if (!rules || rules.length === 0) throw malformedXml();
  if (rules.length > mostRules) {
    const message = `The number of lifecycle rules must not exceed the allowed limit of ${mostRules} rules`;
    throw s3Fault("InvalidRequest", message);
  }
  const named = rules.map((rule) => ({ ...rule, ID: rule.ID ?? host.randomBytes(24).toString("base64url") }));
  if (new Set(named.map(({ ID }) => ID)).size < named.length) {
    throw invalidArgument("Rule ID must be unique. Found same ID for more than one rule", "ID");
  }
  for (const rule of named) checkRule(rule);
  return named;
}

/** The model's type for days: an integer of 32 bits. */
const mostDays = 2 ** 31 - 1;

function checkRule(rule: LifecycleRule): void {
  const { Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload } = rule;
  if ((rule.Transitions?.length ?? 0) > 0 || (rule.NoncurrentVersionTransitions?.length ?? 0) > 0) {
    throw notImplemented("s3:PutBucketLifecycleConfiguration with transitions");
  }
  if (!Expiration && !NoncurrentVersionExpiration && !AbortIncompleteMultipartUpload) {
    throw s3Fault("InvalidRequest", "At least one action needs to be specified in a rule");
  }
  // A rule selects by one of them, each in its newest or its oldest form (API reference, LifecycleRule).
  if ((rule.Filter === undefined) === (rule.Prefix === undefined)) throw malformedXml();
  if (rule.Filter) checkFilter(rule.Filter);
  if (Expiration) checkExpiration(Expiration);
  if (NoncurrentVersionExpiration && NoncurrentVersionExpiration.NoncurrentDays === undefined) throw malformedXml();
  const ages = [
    Expiration?.Days,
    NoncurrentVersionExpiration?.NoncurrentDays,
    AbortIncompleteMultipartUpload?.DaysAfterInitiation,
  ];
  if (ages.some((age) => age !== undefined && !(Number.isInteger(age) && age >= 1 && age <= mostDays))) {
    throw s3Fault("InvalidArgument", "'Days' for Expiration action must be a positive integer");
  }
}

/** One condition, or several inside `And`. */
function checkFilter({ And, ...single }: LifecycleRuleFilter): void {
  const given = [And, ...Object.values(single)].filter((condition) => condition !== undefined);
  if (given.length > 1) throw malformedXml();
  if (!And) return;
  const { Tags = [], ...others } = And;
  const conditions = Tags.length + Object.values(others).filter((condition) => condition !== undefined).length;
  if (conditions < 2) throw malformedXml();
  if (new Set(Tags.map(({ Key }) => Key)).size < Tags.length) {
    throw s3Fault("InvalidRequest", "Duplicate Tag Keys are not allowed.");
  }
}

function checkExpiration({ Days, Date: date, ExpiredObjectDeleteMarker }: LifecycleExpiration): void {
  const given = [Days, date, ExpiredObjectDeleteMarker].filter((setting) => setting !== undefined);
  if (given.length !== 1) throw malformedXml();
  if (date && date.getTime() % day !== 0) {
    throw invalidArgument("'Date' must be at midnight GMT", "Date", date.toISOString());
  }
}

/** Tells when which rule removes an object, as `x-amz-expiration` says it: the rule that comes first. */
export function expirationOf({ lifecycle }: Bucket, version: ObjectVersion): string | undefined {
  const due = (lifecycle?.rules ?? []).flatMap((rule) => {
    const { Days, Date: date } = rule.Expiration ?? {};
    if (rule.Status !== "Enabled" || version.deleteMarker || !matches(rule, version)) return [];
    if (date) return [{ time: date.getTime(), rule }];
    return Days === undefined ? [] : [{ time: nextMidnight(version.modified.getTime()) + Days * day, rule }];
  });
  const [first] = due.sort((a, b) => a.time - b.time);
  return (
    first && `expiry-date="${new Date(first.time).toUTCString()}", rule-id="${encodeURIComponent(first.rule.ID ?? "")}"`
  );
}

type Configuration = Omit<NonNullable<Bucket["lifecycle"]>, "timer">;

/** Returns the function that sets the rules of a bucket, which apply at every midnight UTC of the clock. */
export function createLifecycle(host: Host): (bucket: Bucket, configuration: Configuration) => void {
  const wait = (bucket: Bucket, { rules, smallest }: Configuration) => {
    const midnight = nextMidnight(host.clock.now());
    const timer = host.clock.at(midnight, `lifecycle of ${bucket.name}`, () => {
      wait(bucket, { rules, smallest });
      return applyAll(host, bucket, rules);
    });
    bucket.lifecycle = { rules, smallest, timer };
  };
  return (bucket, configuration) => {
    bucket.lifecycle?.timer.cancel();
    wait(bucket, configuration);
  };
}

function applyAll(host: Host, bucket: Bucket, rules: readonly LifecycleRule[]): void {
  const now = host.clock.now();
  const enabled = rules.filter(({ Status }) => Status === "Enabled");
  for (const key of bucket.objects.keys()) {
    for (const rule of enabled) apply(host, bucket, rule, key, now);
  }
  for (const rule of enabled) {
    const abortAfter = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
    for (const [id, { key, started }] of bucket.uploads) {
      if (key.startsWith(prefixOf(rule)) && hasReached(started, abortAfter, now)) bucket.uploads.delete(id);
    }
  }
}

const hasReached = (since: Date, days: number | undefined, now: number) =>
  days !== undefined && dueAfter(since, days) < now;

/** Applies a rule to the versions of a key. */
function apply(host: Host, bucket: Bucket, rule: LifecycleRule, key: string, now: number): void {
  const versions = bucket.objects.get(key) ?? [];
  const [newest, ...older] = versions;
  if (!newest || !matches(rule, newest)) return;
  const { Days, Date: date, ExpiredObjectDeleteMarker } = rule.Expiration ?? {};
  if (newest.deleteMarker) {
    const expired = ExpiredObjectDeleteMarker === true || hasReached(newest.modified, Days, now);
    if (expired && older.length === 0) removeVersion(bucket, key, newest.id);
  } else if (hasReached(newest.modified, Days, now) || (date && date.getTime() <= now)) {
    addDeleteMarker(bucket, key, () => createDeleteMarker(host, bucket, key));
  }
  const { NoncurrentDays, NewerNoncurrentVersions = 0 } = rule.NoncurrentVersionExpiration ?? {};
  // A version is old since the moment that the next one took its place.
  const isOld = (version: ObjectVersion, i: number) =>
    i >= NewerNoncurrentVersions && hasReached(versions[i]?.modified ?? version.modified, NoncurrentDays, now);
  const old = new Set(older.filter(isOld));
  if (old.size > 0) removeVersions(bucket, key, (version) => old.has(version));
}

const prefixOf = ({ Prefix, Filter }: LifecycleRule) => Prefix ?? Filter?.Prefix ?? Filter?.And?.Prefix ?? "";

function matches(rule: LifecycleRule, { key, body, tags }: ObjectVersion): boolean {
  const filter: LifecycleRuleFilter = rule.Filter ?? {};
  const wanted = [...(filter.Tag ? [filter.Tag] : []), ...(filter.And?.Tags ?? [])];
  const above = filter.ObjectSizeGreaterThan ?? filter.And?.ObjectSizeGreaterThan;
  const below = filter.ObjectSizeLessThan ?? filter.And?.ObjectSizeLessThan;
  return (
    key.startsWith(prefixOf(rule)) &&
    wanted.every(({ Key = "", Value }) => tags.get(Key) === Value) &&
    (above === undefined || body.size > above) &&
    (below === undefined || body.size < below)
  );
}
