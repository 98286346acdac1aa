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
  const begin = token === undefined ? { result: 0, point: 0 } : findPosition(results, token);
  let left = asked;
  let last: string | undefined;
  let isComplete = true;
  const MetricDataResults = results.map(({ Id, Label, points }, i): MetricDataResult => {
    const first = i < begin.result ? points.length : i === begin.result ? begin.point : 0;
    const page = points.slice(first, first + left);
    const end = page.at(-1);
    left -= page.length;
    if (end) last = `${Id}/${end[0]}`;
    const isWhole = first + page.length === points.length;
    isComplete &&= isWhole;
    return {
      Id,
      Label,
      Timestamps: page.map(([time]) => new Date(time)),
      Values: page.map(([, value]) => value),
      StatusCode: isWhole ? "Complete" : "PartialData",
    };
  });
  return { MetricDataResults, NextToken: isComplete || last === undefined ? undefined : writeToken(last) };
}

/** The point behind the one that a token names. Throws InvalidToken. */
function findPosition(results: readonly QueryResult[], token: string): { result: number; point: number } {
  const [, id, time] = /^(\w+)\/(\d+)$/.exec(readToken(token)) ?? [];
  const result = results.findIndex(({ Id }) => Id === id);
  const point = results[result]?.points.findIndex(([at]) => at === Number(time)) ?? -1;
  if (point === -1) throw new InvalidToken();
  return { result, point: point + 1 };
}
