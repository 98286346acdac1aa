import type { Scope } from "../../../aws/arn";
import type { Host } from "../../../host/service";
import { createUuid } from "../../../host/uuid";
import type { EventEnvelope } from "../state/rule";

/** An event as rules match it and targets get it. */
export function createEnvelope(
  host: Host,
  { account, region }: Scope,
  event: { source: string; detailType: string; resources: readonly string[]; detail: unknown },
): EventEnvelope {
  const { source, detailType, resources, detail } = event;
  return {
    version: "0",
    id: createUuid(host),
    "detail-type": detailType,
    source,
    account,
    time: new Date(host.clock.now()).toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources,
    // A copy, because the values of a signal can change later.
    detail: JSON.parse(JSON.stringify(detail)),
  };
}
