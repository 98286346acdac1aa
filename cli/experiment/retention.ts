import type { LifecycleRule } from "@aws-sdk/client-s3";
import { prefixes } from "../../names/layout";
import { readExpiryRules } from "../archive/expiry";
import type { StackReader } from "../stack/stack";
import { dayLength, type StartedExperiment } from "./count-visitors";

/**
 * Finds out what the archive has lost of an experiment: its lifecycle, which someone may have
 * changed by hand, keeps events for `days`, and those before `since` do not count any more.
 * Undefined while all are there.
 */
export async function readRetention(stack: StackReader, { startedAt }: Pick<StartedExperiment, "startedAt">) {
  const rules = (await readExpiryRules(stack)).filter(concernsEvents);
  const days = Math.min(...rules.map(({ Expiration }) => Expiration?.Days ?? Infinity));
  const since = stack.now.getTime() - days * dayLength;
  return since > startedAt.getTime() ? { days, since: new Date(since).toISOString() } : undefined;
}

/**
 * A rule may be for a part of the archive, or for objects with a tag, which replays give to single
 * ones.
 */
function concernsEvents({ Filter, Prefix }: LifecycleRule): boolean {
  const prefix = Filter?.Prefix ?? Filter?.And?.Prefix ?? Prefix ?? "";
  const isTagged = Filter?.Tag !== undefined || (Filter?.And?.Tags ?? []).length > 0;
  return !isTagged && (prefixes.archive.startsWith(prefix) || prefix.startsWith(prefixes.archive));
}
