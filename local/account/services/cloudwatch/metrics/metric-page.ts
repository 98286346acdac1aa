import type { MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { Fault } from "../../../aws/fault";
import { InvalidToken, readToken, writeToken } from "../../../host/page";

/** All points of one query, in the order that was asked for. */
interface QueryResult {
  readonly Id: string;
  readonly Label: string;
  readonly points: readonly (readonly [time: number, value: number])[];
}

/** The most, and the default, of MaxDatapoints (API reference, GetMetricData). */
const mostDatapoints = 100_800;

/**
 * One page of the points of all queries, one query after the other. The token names the last point
 * of the page before.
 */
export function pageOfResults(
  results: readonly QueryResult[],
  asked: number = mostDatapoints,
  token: string | undefined,
): { MetricDataResults: MetricDataResult[]; NextToken?: string | undefined } {
  if (asked < 1 || asked > mostDatapoints) {
    const message = `The parameter MaxDatapoints must be between 1 and ${mostDatapoints}.`;
    throw new Fault("InvalidParameterValueException", message);
  }
  const places = placeAll(results);
  const begin = token === undefined ? 0 : findPosition(places, token);
  const end = begin + asked;
  const pages = places.map(({ result, start }) => {
    const points = result.points.slice(Math.max(0, begin - start), Math.max(0, end - start));
    return { result, points, isWhole: end >= start + result.points.length || result.points.length === 0 };
  });
  const last = pages.findLast(({ points }) => points.length > 0);
  const [lastTime] = last?.points.at(-1) ?? [];
  const isComplete = pages.every(({ isWhole }) => isWhole);
  return {
    MetricDataResults: pages.map(({ result: { Id, Label }, points, isWhole }) => ({
      Id,
      Label,
      Timestamps: points.map(([time]) => new Date(time)),
      Values: points.map(([, value]) => value),
      StatusCode: isWhole ? "Complete" : "PartialData",
    })),
    NextToken: isComplete || !last ? undefined : writeToken(`${last.result.Id}/${lastTime}`),
  };
}

/** A query's points among those of all queries: its first one has the index `start`. */
interface Place {
  readonly result: QueryResult;
  readonly start: number;
}

function placeAll(results: readonly QueryResult[]): Place[] {
  const places: Place[] = [];
  let start = 0;
  for (const result of results) {
    places.push({ result, start });
    start += result.points.length;
  }
  return places;
}

/** Returns the index of the point behind the one that a token names. Throws InvalidToken. */
function findPosition(places: readonly Place[], token: string): number {
  const [, id, time] = /^(\w+)\/(\d+)$/.exec(readToken(token)) ?? [];
  const place = places.find(({ result }) => result.Id === id);
  const index = place?.result.points.findIndex(([at]) => at === Number(time)) ?? -1;
  if (!place || index === -1) throw new InvalidToken();
  return place.start + index + 1;
}
