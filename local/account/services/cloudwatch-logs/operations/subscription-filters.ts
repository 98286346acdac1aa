import { parseArn } from "../../../aws/arn";
import { Fault, notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Call, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { parseFilterPattern } from "../filter-pattern/filter-pattern";
import type { SubscriptionFilter } from "../state/log-group";
import type { LogGroups } from "../state/log-groups";
import type { SubscriptionDelivery } from "../subscription-delivery";
import { refuseManyPatternsWithRegex } from "./regex-quota";

/** The quota of one group (quotas of CloudWatch Logs). */
const mostFilters = 2;
const invalid = (message: string) => new Fault("InvalidParameterException", message);

/** Creates, describes and deletes filters that send log events to a function, a stream or a delivery stream. */
export function subscriptionFilterHandlers(host: Host, groups: LogGroups, delivery: SubscriptionDelivery) {
  return {
    async PutSubscriptionFilter(input, call) {
      for (const member of ["applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFields"] as const) {
        if (input[member]) throw notImplemented(`logs:PutSubscriptionFilter with ${member}`);
      }
      const { filterName: name = "", filterPattern: pattern = "", destinationArn = "", roleArn } = input;
      const group = groups.find(call, input);
      checkDestination(call, destinationArn, roleArn);
      const known = group.subscriptionFilters.get(name);
      if (!known && group.subscriptionFilters.size >= mostFilters) {
        throw new Fault("LimitExceededException", "Resource limit exceeded.");
      }
      refuseManyPatternsWithRegex(group, name, parseFilterPattern(pattern));
      const filter: SubscriptionFilter = {
        name,
        pattern,
        destinationArn,
        roleArn,
        distribution: input.distribution ?? "ByLogStream",
        created: known?.created ?? Math.floor(host.clock.now()),
      };
      // CloudWatch Logs sends each new destination a control message, and refuses one that does not take it.
      await delivery.testDestination(call, group, filter).catch((cause: unknown) => {
        if (!(cause instanceof Fault) || cause.status === 501) throw cause;
        throw invalid(
          `Could not deliver test message to specified destination ${destinationArn}. Check if the destination is valid. (${cause.message})`,
        );
      });
      group.subscriptionFilters.set(name, filter);
      return {};
    },

    DeleteSubscriptionFilter(input, call) {
      if (!groups.find(call, input).subscriptionFilters.delete(input.filterName ?? "")) {
        throw new Fault("ResourceNotFoundException", "The specified subscription filter does not exist.");
      }
      return {};
    },

    DescribeSubscriptionFilters(input, call) {
      const group = groups.find(call, input);
      const matching = [...group.subscriptionFilters.values()].filter(({ name }) =>
        name.startsWith(input.filterNamePrefix ?? ""),
      );
      const { items, next } = page(matching, ({ name }) => name, {
        token: input.nextToken,
        limit: input.limit ?? 50,
      });
      return {
        subscriptionFilters: items.map((filter) => ({
          filterName: filter.name,
          filterPattern: filter.pattern,
          logGroupName: group.name,
          destinationArn: filter.destinationArn,
          roleArn: filter.roleArn,
          distribution: filter.distribution,
          creationTime: filter.created,
          applyOnTransformedLogs: false,
        })),
        nextToken: next,
      };
    },
  } satisfies Handlers<Clients["cloudwatch-logs"]>;
}

/** Recorded: localstack's snapshot test_put_subscription_filter_errors. */
function checkDestination(call: Call, destinationArn: string, roleArn: string | undefined): void {
  const arn = parseArn(destinationArn);
  if (!arn) throw invalid(`Invalid destinationArn: ${destinationArn}`);
  if (!["lambda", "kinesis", "firehose"].includes(arn.service)) {
    throw notImplemented(`logs:PutSubscriptionFilter with a destination of ${arn.service}`);
  }
  if (arn.service === "lambda" && arn.account !== call.account) {
    throw new Fault(
      "AccessDeniedException",
      "Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.",
    );
  }
  if (arn.service !== "lambda" && roleArn === undefined) {
    throw invalid(`destinationArn for vendor ${arn.service} cannot be used without roleArn`);
  }
  if (arn.service === "lambda" && roleArn !== undefined) {
    throw invalid("destinationArn for vendor lambda cannot be used with roleArn");
  }
}
