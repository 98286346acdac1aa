import type { Account } from "../../../local/account.ts";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export interface Period {
  readonly from: number;
  readonly to: number;
}

/** A value that a service measured, with its time. */
export interface Value {
  readonly time: number;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: string;
  readonly value: number;
}

export type Measured = ReturnType<typeof measure>;

/** Keeps all values that the services of an account measure from now on. */
export function measure(account: Account) {
  const values: Value[] = [];
  account.host.on("metric", ({ namespace, name, dimensions: pairs, values: points }) => {
    const dimensions = JSON.stringify(Object.entries(pairs).sort());
    const time = account.clock.now();
    values.push(...points.map((value) => ({ time, namespace, name, dimensions, value })));
  });
  // The state machine publishes by a call.
  account.log.listen(({ operation, time, input }) => {
    if (operation !== "PutMetricData") return;
    const { Namespace: namespace = "", MetricData = [] } = input as {
      Namespace?: string;
      MetricData?: { MetricName: string; Value: number; Dimensions: { Name: string; Value: string }[] }[];
    };
    for (const { MetricName: name, Value: value, Dimensions } of MetricData) {
      const dimensions = JSON.stringify(Dimensions.map((each) => [each.Name, each.Value]).sort());
      values.push({ time: Date.parse(time), namespace, name, dimensions, value });
    }
  });
  /** The values of a namespace in a time whose dimensions have a text. */
  const findAll = ({ from, to }: Period, namespace: string, has: string) =>
    values.filter(
      (each) => each.time >= from && each.time < to && each.namespace === namespace && each.dimensions.includes(has),
    );
  return {
    findAll,
    /** Those of a metric. */
    find: (period: Period, namespace: string, name: string, has: string) =>
      findAll(period, namespace, has).filter((each) => each.name === name),
  };
}

export const sumOf = (values: readonly { readonly value: number }[]): number =>
  values.reduce((sum, { value }) => sum + value, 0);
