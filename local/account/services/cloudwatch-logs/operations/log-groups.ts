import type {
  CreateLogGroupRequest,
  DescribeLogGroupsRequest,
  LogGroup as LogGroupView,
} from "@aws-sdk/client-cloudwatch-logs";
import { Fault, notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Call, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { existing, type LogGroup, removeExpired, storedBytes } from "../state/log-group";
import { groupArn, groupNameOf, type LogGroups } from "../state/log-groups";
import { checkKey } from "./encryption";

/** Creates, describes and deletes log groups. */
export function logGroupHandlers(host: Host, groups: LogGroups) {
  const { clock } = host;
  return {
    async CreateLogGroup(input, call) {
      refuseUnsupported(input);
      const name = input.logGroupName ?? "";
      const arn = groupArn(call, name);
      if (groups.of(call).has(name)) throw existing("log group");
      if (input.kmsKeyId !== undefined) await checkKey(host, call, arn, input.kmsKeyId);
      groups.of(call).set(name, {
        name,
        arn,
        created: Math.floor(clock.now()),
        tags: new Map(Object.entries(input.tags ?? {})),
        streams: new Map(),
        arrived: 0,
        ...(input.kmsKeyId !== undefined && { kmsKeyId: input.kmsKeyId }),
      });
      return {};
    },

    DeleteLogGroup(input, call) {
      groups.of(call).delete(groups.find(call, input).name);
      return {};
    },

    DescribeLogGroups(input, call) {
      const matching = [...groups.of(call).values()].filter(selectGroups(input, call));
      const { items, next } = page(matching, ({ name }) => name, {
        token: input.nextToken,
        limit: input.limit ?? 50,
      });
      for (const group of items) removeExpired(group, clock.now());
      return { logGroups: items.map(describeGroup), nextToken: next };
    },
  } satisfies Handlers<Clients["cloudwatch-logs"]>;
}

function refuseUnsupported({ deletionProtectionEnabled, logGroupClass = "STANDARD" }: CreateLogGroupRequest): void {
  if (deletionProtectionEnabled) throw notImplemented("logs:CreateLogGroup with deletionProtectionEnabled");
  if (logGroupClass !== "STANDARD") throw notImplemented(`logs:CreateLogGroup with logGroupClass ${logGroupClass}`);
}

/** Tests whether a request of DescribeLogGroups asks for a group. */
function selectGroups(input: DescribeLogGroupsRequest, call: Call): (group: LogGroup) => boolean {
  if (input.accountIdentifiers || input.includeLinkedAccounts) {
    throw notImplemented("logs:DescribeLogGroups with accountIdentifiers or includeLinkedAccounts");
  }
  if (input.logGroupNamePrefix !== undefined && input.logGroupNamePattern !== undefined) {
    throw new Fault(
      "InvalidParameterException",
      "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
    );
  }
  const prefix = input.logGroupNamePrefix ?? "";
  const pattern = input.logGroupNamePattern?.toLowerCase() ?? "";
  const names = input.logGroupIdentifiers?.map((logGroupIdentifier) => groupNameOf(call, { logGroupIdentifier }));
  // All groups here have one class.
  const isWanted = (input.logGroupClass ?? "STANDARD") === "STANDARD";
  return ({ name }) =>
    isWanted &&
    name.startsWith(prefix) &&
    name.toLowerCase().includes(pattern) &&
    (names === undefined || names.includes(name));
}

const describeGroup = (group: LogGroup): LogGroupView => ({
  logGroupName: group.name,
  creationTime: group.created,
  arn: `${group.arn}:*`,
  logGroupArn: group.arn,
  logGroupClass: "STANDARD",
  metricFilterCount: 0,
  deletionProtectionEnabled: false,
  storedBytes: [...group.streams.values()].reduce((sum, stream) => sum + storedBytes(stream), 0),
  ...(group.retentionDays !== undefined && { retentionInDays: group.retentionDays }),
  ...(group.kmsKeyId !== undefined && { kmsKeyId: group.kmsKeyId }),
});
