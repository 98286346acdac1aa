import type { LifecycleRule } from "@aws-sdk/client-s3";
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

function checkRule(rule: LifecycleRule): void {
  const { Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload } = rule;
  refuseUnsupported(rule);
  if (!Expiration && !NoncurrentVersionExpiration && !AbortIncompleteMultipartUpload) {
    throw s3Fault("InvalidRequest", "At least one action needs to be specified in a rule");
  }
  // A rule selects by one of them, each in its newest or its oldest form (API reference,
  // LifecycleRule).
  if ((rule.Filter === undefined) === (rule.Prefix === undefined)) throw malformedXml();
  const ages = [
    ...(Expiration ? [Expiration.Days] : []),
    ...(NoncurrentVersionExpiration ? [NoncurrentVersionExpiration.NoncurrentDays] : []),
    ...(AbortIncompleteMultipartUpload ? [AbortIncompleteMultipartUpload.DaysAfterInitiation] : []),
  ];
  if (ages.some((age) => age === undefined)) throw malformedXml();
  if (ages.some((age) => !Number.isInteger(age) || Number(age) < 1)) {
    throw s3Fault("InvalidArgument", "'Days' for Expiration action must be a positive integer");
  }
}

function refuseUnsupported({ Filter = {}, Expiration, NoncurrentVersionExpiration, ...rule }: LifecycleRule): void {
  const { Prefix: _, ...filters } = Filter;
  const given = {
    ...filters,
    Transitions: rule.Transitions?.length,
    NoncurrentVersionTransitions: rule.NoncurrentVersionTransitions?.length,
    Date: Expiration?.Date,
    ExpiredObjectDeleteMarker: Expiration?.ExpiredObjectDeleteMarker,
    NewerNoncurrentVersions: NoncurrentVersionExpiration?.NewerNoncurrentVersions,
  };
  const found = Object.entries(given).find(([, value]) => value !== undefined && value !== 0);
  if (found) throw notImplemented(`s3:PutBucketLifecycleConfiguration with ${found[0]}`);
}

/**
 * `x-amz-expiration`: when which rule removes an object; the rule that comes first (API reference,
 * PutObject).
 */
export function expirationHeader({ lifecycle }: Bucket, version: ObjectVersion): { Expiration?: string } {
  const due = (lifecycle?.rules ?? []).flatMap((rule) => {
    const { Days } = rule.Expiration ?? {};
    if (rule.Status !== "Enabled" || Days === undefined || !version.key.startsWith(prefixOf(rule))) return [];
    return [{ time: nextMidnight(version.modified.getTime()) + Days * day, id: rule.ID ?? "" }];
  });
  const [first] = due.sort((a, b) => a.time - b.time);
  if (!first) return {};
  const date = new Date(first.time).toUTCString();
  return { Expiration: `expiry-date="${date}", rule-id="${encodeURIComponent(first.id)}"` };
}

const prefixOf = ({ Prefix, Filter }: LifecycleRule) => Prefix ?? Filter?.Prefix ?? "";

/**
 * Returns the function that sets the rules of a bucket, which apply at every midnight UTC of the
 * clock.
 */
export function createLifecycle(host: Host): (bucket: Bucket, rules: readonly LifecycleRule[]) => void {
  const wait = (bucket: Bucket, rules: readonly LifecycleRule[]) => {
    const midnight = nextMidnight(host.clock.now());
    const timer = host.clock.at(midnight, `lifecycle of ${bucket.name}`, () => {
      wait(bucket, rules);
      for (const rule of rules) if (rule.Status === "Enabled") apply(host, bucket, rule);
    });
    bucket.lifecycle = { rules, timer };
  };
  return (bucket, rules) => {
    bucket.lifecycle?.timer.cancel();
    wait(bucket, rules);
  };
}

const hasReached = (since: Date, days: number | undefined, now: number) =>
  days !== undefined && dueAfter(since, days) < now;

function apply(host: Host, bucket: Bucket, rule: LifecycleRule): void {
  const now = host.clock.now();
  const prefix = prefixOf(rule);
  for (const key of bucket.objects.keys()) if (key.startsWith(prefix)) applyToKey(host, bucket, rule, key, now);
  const abortAfter = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
  for (const [id, { key, started }] of bucket.uploads) {
    if (key.startsWith(prefix) && hasReached(started, abortAfter, now)) bucket.uploads.delete(id);
  }
}

/** Applies a rule to the versions of a key. */
function applyToKey(host: Host, bucket: Bucket, rule: LifecycleRule, key: string, now: number): void {
  const versions = bucket.objects.get(key) ?? [];
  const [newest, ...older] = versions;
  if (newest && hasReached(newest.modified, rule.Expiration?.Days, now)) {
    if (!newest.deleteMarker) addDeleteMarker(bucket, key, () => createDeleteMarker(host, bucket, key));
    else if (older.length === 0) removeVersion(bucket, key, newest.id);
  }
  const { NoncurrentDays } = rule.NoncurrentVersionExpiration ?? {};
  // A version is old since the moment that the next one took its place.
  const isOld = (version: ObjectVersion, i: number) =>
    hasReached(versions[i]?.modified ?? version.modified, NoncurrentDays, now);
  const old = new Set(older.filter(isOld));
  if (old.size > 0) removeVersions(bucket, key, (version) => old.has(version));
}
