import type { ShowOptions } from "../stack/stack";
import { print, printError, printJson } from "../terminal/print";
import { formatTable } from "../terminal/print-table";
import type { Check, Finding } from "./check";
import { checkConcurrency } from "./checks/concurrency";
import { checkInterrupted } from "./checks/interrupted";
import { checkPermissions } from "./checks/permissions";
import { checkQuotas } from "./checks/quotas";
import { checkIdentity, checkProgram, checkSleep } from "./checks/stack";
import { createDeployPolicy, createPreviewPolicy } from "./deployment/policies";
import { explainError } from "./explain-error";
import { readSubject } from "./subject";

/** Every check, in the order in which they are printed. */
const checks: Readonly<Record<string, Check>> = {
  program: checkProgram,
  identity: checkIdentity,
  sleep: checkSleep,
  "interrupted creations": checkInterrupted,
  "quotas of Personalize": checkQuotas,
  "concurrency of Lambda": checkConcurrency,
  permissions: checkPermissions,
};

interface Result extends Finding {
  readonly name: string;
}

/** Runs every check, prints what each found, and returns whether none has failed. */
export async function runDoctor({ stack, json = false }: ShowOptions): Promise<boolean> {
  const subject = await readSubject(stack);
  const judge = async ([name, check]: [string, Check]): Promise<Result> => ({
    name,
    ...(await check(subject).catch(explainError)),
  });
  const results = await Promise.all(Object.entries(checks).map(judge));
  if (json) printJson({ stack, checks: results });
  else print(formatResults(results));
  return results.every(({ outcome }) => outcome !== "failed");
}

/** Formats a table, with each remedy below what was found. */
export const formatResults = (results: readonly Result[]): string =>
  formatTable(
    ["check", "result", "found"],
    results.map(({ name, outcome, detail, remedy = "" }) => [name, outcome, `${detail}\n${remedy}`.trim()]),
  );

/**
 * Prints the policy of a role that deploys a stack, or only previews it; where it is too long for
 * one managed policy, the list of several. Throws when the program does not run.
 */
export async function printPolicy(stack: string, purpose: "deploy" | "preview"): Promise<void> {
  const { project, account, plan } = await readSubject(stack);
  if (account.value === undefined) throw new Error(account.problem);
  if (plan.value === undefined) throw new Error(plan.problem);
  const create = purpose === "deploy" ? createDeployPolicy : createPreviewPolicy;
  const documents = create(account.value, { project, stack }, plan.value);
  if (documents.length > 1) {
    printError(
      `The role needs all ${documents.length} policies of this list: one would exceed IAM's 6,144 characters.`,
    );
  }
  print(JSON.stringify(documents.length > 1 ? documents : documents[0], null, 2));
}
