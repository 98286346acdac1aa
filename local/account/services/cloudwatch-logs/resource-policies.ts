import type { Clients } from "../../endpoint/clients";
import { Fault, notImplemented } from "../../endpoint/fault";
import { page } from "../../endpoint/page";
import type { PolicyDocument } from "../../endpoint/principal";
import type { Handlers, Host } from "../../endpoint/service";
import { parsePolicy } from "../iam/documents";

interface ResourcePolicy {
  readonly name: string;
  readonly text: string;
  readonly document: PolicyDocument;
  readonly updated: number;
}

/** Of one account and Region (quotas of CloudWatch Logs). */
const mostPolicies = 10;
const invalid = (message: string) => new Fault("InvalidParameterException", message);

/** Policies that let AWS services write to log groups: of the account and Region, each for the groups that it names. */
export function resourcePolicies(host: Host) {
  const store = host.store(() => new Map<string, ResourcePolicy>());
  return {
    policyFor(resourceArn: string): PolicyDocument | undefined {
      const [, , , region = "", account = ""] = resourceArn.split(":");
      const statements = [...store.of({ account, region }).values()].flatMap(({ document }) => document.Statement);
      return statements.length > 0 ? { Version: "2012-10-17", Statement: statements } : undefined;
    },
    handlers: {
      PutResourcePolicy(input, call) {
        if (input.resourceArn !== undefined) throw notImplemented("logs:PutResourcePolicy with resourceArn");
        if (input.expectedRevisionId !== undefined) {
          throw notImplemented("logs:PutResourcePolicy with expectedRevisionId");
        }
        const { policyName: name = "", policyDocument: text } = input;
        if (name === "" || text === undefined) throw invalid("policyName and policyDocument are required.");
        const policies = store.of(call);
        const policy = {
          name,
          text,
          document: parsePolicy(text, "resource", invalid),
          updated: Math.floor(host.clock.now()),
        };
        if (!policies.has(name) && policies.size >= mostPolicies) {
          throw new Fault("LimitExceededException", "Resource limit exceeded.");
        }
        policies.set(name, policy);
        return { resourcePolicy: view(policy) };
      },

      DescribeResourcePolicies(input, call) {
        if (input.resourceArn !== undefined || (input.policyScope ?? "ACCOUNT") !== "ACCOUNT") {
          throw notImplemented("logs:DescribeResourcePolicies of single resources");
        }
        const { items, next } = page(store.of(call).values(), ({ name }) => name, {
          token: input.nextToken,
          limit: input.limit ?? 50,
        });
        return { resourcePolicies: items.map(view), nextToken: next };
      },

      DeleteResourcePolicy(input, call) {
        if (input.resourceArn !== undefined) throw notImplemented("logs:DeleteResourcePolicy with resourceArn");
        if (!store.of(call).delete(input.policyName ?? "")) {
          throw new Fault("ResourceNotFoundException", `Policy with name [${input.policyName}] does not exist.`);
        }
        return {};
      },
    } satisfies Handlers<Clients["cloudwatch-logs"]>,
  };
}

const view = ({ name, text, updated }: ResourcePolicy) => ({
  policyName: name,
  policyDocument: text,
  lastUpdatedTime: updated,
  policyScope: "ACCOUNT" as const,
});
