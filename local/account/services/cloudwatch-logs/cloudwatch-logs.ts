import { Fault } from "../../aws/fault";
import { defineService, type Host, type Service } from "../../host/service";
import { describeViolations, type Violation } from "../../model/validate";
import { encryptionHandlers } from "./operations/encryption";
import { logEventHandlers } from "./operations/log-events";
import { logGroupHandlers } from "./operations/log-groups";
import { logStreamHandlers } from "./operations/log-streams";
import { metricFilterHandlers } from "./operations/metric-filters";
import { resourcePolicyHandlers } from "./operations/resource-policies";
import { retentionHandlers } from "./operations/retention";
import { subscriptionFilterHandlers } from "./operations/subscription-filters";
import { tagHandlers } from "./operations/tags";
import { unsetHandlers } from "./operations/unset";
import { permissions } from "./permissions";
import { createLogGroups } from "./state/log-groups";
import { createResourcePolicies } from "./state/resource-policies";
import { createSubscriptionDelivery } from "./subscription-delivery";

/** CloudWatch Logs: groups, streams, events, their filters and the metrics embedded in them. */
export function cloudwatchLogs(host: Host): Service<"cloudwatch-logs"> {
  const groups = createLogGroups(host);
  const policies = createResourcePolicies(host);
  const delivery = createSubscriptionDelivery(host);
  return defineService({
    name: "cloudwatch-logs",
    iamPrefix: "logs",
    validationError: "InvalidParameterException",
    violationFault: logsViolation,
    permissions,
    resourcePolicy: policies.policyFor,
    handlers: {
      ...logGroupHandlers(host, groups),
      ...retentionHandlers(groups),
      ...encryptionHandlers(host, groups),
      ...logStreamHandlers(host, groups),
      ...logEventHandlers(host, groups, delivery),
      ...metricFilterHandlers(host, groups),
      ...subscriptionFilterHandlers(host, groups, delivery),
      ...resourcePolicyHandlers(host, policies),
      ...tagHandlers(groups),
      ...unsetHandlers(groups),
    },
  });
}

/**
 * Names of groups and streams have their own words (recorded on AWS: localstack's snapshot
 * test_create_log_group_invalid_name_length).
 */
function logsViolation(violation: Violation): Fault | "leave" | undefined {
  const { path, value } = violation;
  // The model forbids colons, CloudWatch Logs does not (recorded: test_put_metric_filter_with_special_namespace).
  if (/(^|\.)metricNamespace$/.test(path) && typeof value === "string" && /^[^*$]{1,255}$/.test(value)) return "leave";
  if (path === "logGroupIdentifier") {
    // Without the value (recorded: getmoto/moto, tests/test_logs).
    return new Fault("InvalidParameterException", describeViolations([{ ...violation, sensitive: true }]));
  }
  const isName = path === "logGroupName" || path === "logStreamName";
  if (!isName || typeof value !== "string" || value.length <= 512) return undefined;
  return new Fault(
    "InvalidParameterException",
    "Invalid LogGroup or LogStream, both must have length less than or equal to 512.",
  );
}
