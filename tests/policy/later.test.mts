import { describe, expect, test } from "vitest";
import { closedResources, leastPrivilege } from "../../policy/access/access-rules.ts";
import { judgedLater } from "../../policy/later.ts";
import { judge, policy, preview, unknown } from "./judge.ts";

describe("what is not known before the deployment", () => {
  const wide = { Effect: "Allow", Action: "s3:*", Resource: "*" };
  /** What the pack says at the end of the preview. */
  const report = async () => {
    const found: string[] = [];
    await judgedLater.validateStack({} as never, (message) => found.push(message));
    return found;
  };

  test("is reported once, not for each value", async () => {
    // Other tests of this process judged resources, too.
    await report();
    judge(leastPrivilege, "iam/RolePolicy", preview({ policy: unknown }));
    expect(await report()).toEqual([expect.stringContaining("does not know yet: judged: policy.")]);
    judge(leastPrivilege, "iam/RolePolicy", preview({ policy: { Statement: [{ Effect: "Allow", Action: unknown }] } }));
    judge(closedResources, "iam/Role", preview({ assumeRolePolicy: unknown }));
    expect(await report()).toEqual([expect.stringContaining("2 policies, such as judged: policy.Statement")]);
    expect(await report()).toEqual([]);
  });

  test.each<[string, object]>([
    ["another input", { assumeRolePolicy: unknown, inlinePolicies: [{ policy: policy(wide) }] }],
    ["a resource of the document", { inlinePolicies: [{ policy: { Statement: [{ ...wide, Resource: unknown }] } }] }],
    ["another statement", { policy: { Statement: [unknown, wide] } }],
    [
      "another resource",
      { policy: { Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: [unknown, "*"] } } },
    ],
  ])("does not hide what is open when it is %s", (_, props) => {
    expect(judge(leastPrivilege, "iam/Role", preview(props))).toHaveLength(1);
  });

  test("is not taken for open", () => {
    const statement = (Principal: unknown, Condition: unknown) => ({
      policy: { Statement: { Effect: "Allow", Principal, Action: "s3:GetObject", Resource: unknown, Condition } },
    });
    for (const condition of [unknown, { StringEquals: unknown }, { StringEquals: { "aws:SourceAccount": unknown } }]) {
      expect(judge(closedResources, "s3/BucketPolicy", preview(statement("*", condition)))).toEqual([]);
    }
    expect(judge(closedResources, "s3/BucketPolicy", preview(statement(unknown, {})))).toEqual([]);
    const oneOpen = { StringEquals: { "aws:SourceAccount": [unknown, "*"] } };
    expect(judge(closedResources, "s3/BucketPolicy", preview(statement("*", oneOpen)))).toHaveLength(1);
  });
});
