import type { Inputs } from "../inputs";
import type { Statement } from "./documents";

/** Reads the statement that a resource adds to a function's policy; other resources add none. */
export function readGrants(kind: string, inputs: Inputs): readonly Statement[] {
  if (kind !== "lambda/Permission") return [];
  const { principal = "*", action: Action, sourceArn, sourceAccount, principalOrgId } = inputs;
  const type = /\.amazonaws\.com(\.cn)?$/i.test(String(principal)) ? "Service" : "AWS";
  // Each condition has its own operator, so that none replaces another; AddPermission makes the
  // same.
  const Condition = {
    ArnLike: { "aws:SourceArn": sourceArn },
    StringEquals: { "aws:SourceAccount": sourceAccount },
    StringLike: { "aws:PrincipalOrgID": principalOrgId },
  };
  return [{ Effect: "Allow", Principal: { [type]: String(principal) }, Action: String(Action), Condition }];
}
