import type { MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { Fault } from "../../../endpoint/fault";
import { pageInOrder } from "../../../endpoint/page";

/** All points of one query, in the order that was asked for. */
export interface QueryResult {
  readonly Id: string;
  readonly Label: string;
  readonly points: readonly (readonly [time: number, value: number])[];
}

/** The most, and the default, of MaxDatapoints (API reference, GetMetricData). */
const mostDatapoints = 100_800;

/** One page of the points of all queries, one query after the other. */
export function pageOfResults(
  results: readonly QueryResult[],
  asked: number = mostDatapoints,
  token: string | undefined,
): { MetricDataResults: MetricDataResult[]; NextToken?: string | undefined } {
  if (asked < 1 || asked > mostDatapoints) {
    const message = `The parameter MaxDatapoints must be between 1 and ${mostDatapoints}.`;
    throw new Fault("InvalidParameterValueException", message);
  }
  const all = results.flatMap(({ Id, points }) => points.map((point) => ({ Id, point })));
  const { items, next } = pageInOrder(all, ({ Id, point: [time] }) => `${Id}/${time}`, { token, limit: asked });
  const last = items.at(-1);
  const unread = new Set(next && last ? all.slice(all.indexOf(last) + 1).map(({ Id }) => Id) : []);
  const pages = new Map(results.map(({ Id }) => [Id, [] as QueryResult["points"][number][]]));
  for (const { Id, point } of items) pages.get(Id)?.push(point);
  const MetricDataResults = results.map(({ Id, Label }): MetricDataResult => {
    const page = pages.get(Id) ?? [];
    return {
      Id,
      Label,
      Timestamps: page.map(([time]) => new Date(time)),
      Values: page.map(([, value]) => value),
      StatusCode: unread.has(Id) ? "PartialData" : "Complete",
    };
  });
  return { MetricDataResults, NextToken: next };
}
