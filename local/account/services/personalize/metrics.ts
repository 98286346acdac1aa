import { emitMetric } from "../../endpoint/metric";
import type { Caller, Host } from "../../endpoint/service";

type Place = Pick<Caller, "account" | "region">;
type Dimensions = Readonly<Record<string, string>>;

/** One value of a metric in the namespace AWS/Personalize (guide, "Amazon Personalize metrics"). */
export function measureMetric(
  host: Host,
  { account, region }: Place,
  name: string,
  dimensions: Dimensions,
  value: number,
  unit: string,
): void {
  emitMetric(host, { account, region, namespace: "AWS/Personalize", dimensions }, name, value, unit);
}

export const countMetric = (host: Host, place: Place, name: string, dimensions: Dimensions) =>
  measureMetric(host, place, name, dimensions, 1, "Count");
