import { Fault, notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import { parsePolicy } from "../../../languages/policy/documents";
import type { Clients } from "../../../model/clients";
import type { ResourcePolicies, ResourcePolicy } from "../state/resource-policies";

/** The quota of one account and Region (quotas of CloudWatch Logs). */
const mostPolicies = 10;
const invalid = (message: string) => new Fault("InvalidParameterException", message);

/** Policies that let AWS services write to log groups. */
export function resourcePolicyHandlers(host: Host, policies: ResourcePolicies) {
  return {
    PutResourcePolicy(input, call) {
      if (input.resourceArn !== undefined) throw notImplemented("logs:PutResourcePolicy with resourceArn");
      if (input.expectedRevisionId !== undefined) {
        throw notImplemented("logs:PutResourcePolicy with expectedRevisionId");
      }
      const { policyName: name = "", policyDocument: text } = input;
      if (name === "" || text === undefined) throw invalid("policyName and policyDocument are required.");
      const own = policies.of(call);
      const policy = {
        name,
        text,
        // Recorded: test_put_resource_policy_update has a resource that is not an ARN.
        document: parsePolicy(text, "resource", invalid, true),
        updated: Math.floor(host.clock.now()),
      };
      if (!own.has(name) && own.size >= mostPolicies) {
        throw new Fault("LimitExceededException", "Resource limit exceeded.");
      }
      own.set(name, policy);
      return { resourcePolicy: view(policy) };
    },

    DescribeResourcePolicies(input, call) {
      if (input.resourceArn !== undefined || (input.policyScope ?? "ACCOUNT") !== "ACCOUNT") {
        throw notImplemented("logs:DescribeResourcePolicies with resourceArn or policyScope");
      }
      const { items, next } = page(policies.of(call).values(), ({ name }) => name, {
        token: input.nextToken,
        limit: input.limit ?? 50,
      });
      return { resourcePolicies: items.map(view), nextToken: next };
    },

    DeleteResourcePolicy(input, call) {
      if (input.resourceArn !== undefined) throw notImplemented("logs:DeleteResourcePolicy with resourceArn");
      if (!policies.of(call).delete(input.policyName ?? "")) {
        throw new Fault("ResourceNotFoundException", `Policy with name [${input.policyName}] does not exist.`);
      }
      return {};
    },
  } satisfies Handlers<Clients["cloudwatch-logs"]>;
}

const view = ({ name, text, updated }: ResourcePolicy) => ({
  policyName: name,
  policyDocument: text,
  lastUpdatedTime: updated,
  policyScope: "ACCOUNT" as const,
});
