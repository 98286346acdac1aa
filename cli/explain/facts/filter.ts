import { type Clause, readClauses } from "../../../dynamic-providers/checks/filter-expression";
import { ignoreNotFound } from "../../stack/aws";
import type { StackReader } from "../../stack/stack";
import type { Filter } from "./facts";

/** Reads a filter of a request. */
export async function readFilter({ call }: StackReader, arn: string | undefined): Promise<Filter> {
  if (arn === undefined) return { kind: "none" };
  const request = call("personalize", "DescribeFilter", { filterArn: arn });
  const described = await ignoreNotFound(request, "ResourceNotFoundException");
  if (!described) return { kind: "gone", arn };
  const expression = described.filter?.filterExpression ?? "";
  return { kind: "found", arn, expression, clauses: readKnown(expression) };
}

function readKnown(expression: string): Clause[] | undefined {
  // The service took it: what the parser refuses is in a form that the program does not know.
  const clauses = readClauses(expression);
  // Filters on users are for segments, not for lists.
  return clauses?.some(({ where }) => where.flat().some(({ dataset }) => dataset === "users")) ? undefined : clauses;
}
