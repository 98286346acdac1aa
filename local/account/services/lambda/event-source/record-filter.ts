import type { FilterCriteria } from "@aws-sdk/client-lambda";
import { type EventPattern, PatternError, parsePattern } from "../../../languages/event-pattern/pattern";
import { invalidParameter } from "../faults";
import type { StreamRecord } from "./batch";

/** A mapping has at most five filters (Lambda quotas); the model limits the length of each. */
const mostFilters = 5;

/** Returns the patterns of a mapping, or the known ones when the request does not change them. */
export function readFilters(criteria: FilterCriteria | undefined, known: readonly string[] = []): readonly string[] {
  if (criteria === undefined) return known;
  const patterns = (criteria.Filters ?? []).map(({ Pattern = "" }) => Pattern);
  if (patterns.length > mostFilters) {
    throw invalidParameter(`The number of filters exceeds the limit of ${mostFilters} for an event source mapping.`);
  }
  for (const pattern of patterns) parseFilter(pattern);
  return patterns;
}

/**
 * Compiles the patterns: a record passes that matches one of them. A pattern sees the record's
 * fields, with `data` decoded and parsed; data that are not JSON match no pattern of `data` (Lambda
 * guide, "Filtering with Kinesis").
 */
export function compileFilters(patterns: readonly string[]): ((record: StreamRecord) => boolean) | undefined {
  if (patterns.length === 0) return undefined;
  const tests = patterns.map(parseFilter);
  return ({ json }) => {
    const { kinesis } = JSON.parse(json) as { kinesis: { data: string } };
    const event = { ...kinesis, data: parseData(kinesis.data) };
    return tests.some((matches) => matches(event));
  };
}

function parseFilter(pattern: string): EventPattern {
  try {
    return parsePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw invalidParameter(`Invalid filter pattern definition. (${error.message})`);
  }
}

function parseData(base64: string): unknown {
  const text = Buffer.from(base64, "base64").toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
