import type { MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { Fault } from "../../../endpoint/fault";

/** All points of one query, in the order that was asked for. */
export interface QueryResult {
  readonly Id: string;
  readonly Label: string;
  readonly points: readonly (readonly [time: number, value: number])[];
}

/** The most, and the default, of MaxDatapoints (API reference, GetMetricData). */
const mostDatapoints = 100_800;

/** One page of the points of all queries, one query after the other. The token is the number of points before it. */
export function pageOfResults(
  results: readonly QueryResult[],
  asked: number = mostDatapoints,
  token: string | undefined,
): { MetricDataResults: MetricDataResult[]; NextToken?: string } {
  if (asked < 1 || asked > mostDatapoints) {
    const message = `The parameter MaxDatapoints must be between 1 and ${mostDatapoints}.`;
    throw new Fault("InvalidParameterValueException", message);
  }
  if (token !== undefined && !/^\d{1,9}$/.test(token)) throw new Fault("InvalidNextToken", "The NextToken is invalid.");
  const start = Number(token ?? 0);
  const end = start + asked;
  let before = 0;
  const MetricDataResults = results.map(({ Id, Label, points }): MetricDataResult => {
    const page = points.slice(Math.max(0, start - before), Math.max(0, end - before));
    before += points.length;
    return {
      Id,
      Label,
      Timestamps: page.map(([time]) => new Date(time)),
      Values: page.map(([, value]) => value),
      StatusCode: before > end ? "PartialData" : "Complete",
    };
  });
  return { MetricDataResults, ...(before > end && { NextToken: String(end) }) };
}
