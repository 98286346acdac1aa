import type { StreamMode } from "@aws-sdk/client-kinesis";
import { Fault } from "../../../aws/fault";
import type { Caller } from "../../../host/service";
import { openShards, type Stream } from "./stream";

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
  const limit = shardLimit(region);
  const open = countOpen(inMode);
  if (open + shards <= limit) return;
  throw exceeded(
    `This request would exceed the shard limit for the account ${account} in ${region}. ` +
      `Current shard count for the account: ${open}. Limit: ${limit}. Number of additional shards that would have ` +
      `resulted from this request: ${shards}. Refer to the AWS Service Limits page for current limits and how to request higher limits.`,
  );
}

const shardLimit = (region: string) => (largeRegions.includes(region) ? shardsInLargeRegions : shardsElsewhere);
const countOpen = (streams: readonly Stream[]) => streams.reduce((sum, stream) => sum + openShards(stream).length, 0);

/** For DescribeLimits: shards of provisioned streams, and streams on demand, with their quotas. */
export function usageOf({ region }: Caller, streams: readonly Stream[]) {
  return {
    ShardLimit: shardLimit(region),
    OpenShardCount: countOpen(streams.filter(({ mode }) => mode === "PROVISIONED")),
    OnDemandStreamCount: streams.filter(({ mode }) => mode === "ON_DEMAND").length,
    OnDemandStreamCountLimit: streamsOnDemand,
  };
}

const exceeded = (message: string) => new Fault("LimitExceededException", message);
