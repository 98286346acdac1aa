import type { StreamMode } from "@aws-sdk/client-kinesis";
import { Fault } from "../../../aws/fault";
import type { Caller } from "../../../host/service";
import type { Stream } from "./stream";

/** Default quotas of an account in a Region (developer guide, "Quotas and limits"). */
const shardsInLargeRegions = 500;
const shardsElsewhere = 200;
const largeRegions = ["us-east-1", "us-west-2", "eu-west-1"];
const streamsOnDemand = 50;

/** Refuses new shards, or a new stream on demand, beyond the quotas. */
export function checkQuotas(
  { account, region }: Caller,
  streams: readonly Stream[],
  mode: StreamMode,
  shards: number,
): void {
  const inMode = streams.filter((stream) => stream.mode === mode);
  if (mode === "ON_DEMAND") {
    if (inMode.length < streamsOnDemand) return;
    throw exceeded(
      `This request would exceed the limit of ${streamsOnDemand} on-demand streams for the account ${account} in ${region}.`,
    );
  }
  const limit = largeRegions.includes(region) ? shardsInLargeRegions : shardsElsewhere;
  const open = inMode.reduce((sum, stream) => sum + stream.shards.length, 0);
  if (open + shards <= limit) return;
  throw exceeded(
    `This request would exceed the shard limit for the account ${account} in ${region}. ` +
      `Current shard count for the account: ${open}. Limit: ${limit}. Requested: ${shards}.`,
  );
}

const exceeded = (message: string) => new Fault("LimitExceededException", message);
