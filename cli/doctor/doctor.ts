import { print, printJson } from "../terminal/print";
import { formatTable } from "../terminal/print-table";
import type { Check, Finding } from "./check";
import { concurrency } from "./checks/concurrency";
import { permissions } from "./checks/permissions";
import { personalizeQuotas } from "./checks/quotas";
import { configuration, identity, personalize, program } from "./checks/stack";
import { createDeployPolicy, createPreviewPolicy } from "./deployment/policies";
import { explainError } from "./explain-error";
import { readSubject } from "./subject";

/** Every check, in the order in which they are printed. */
const checks: readonly Check[] = [
  configuration,
  identity,
  program,
  personalize,
  personalizeQuotas,
  concurrency,
  permissions,
];

export interface DoctorOptions {
  readonly stack: string;
  readonly json?: boolean;
}

interface Result extends Finding {
  readonly name: string;
}

/** Runs every check, prints what each found, and returns whether none has failed. */
export async function runDoctor({ stack, json = false }: DoctorOptions): Promise<boolean> {
  const subject = await readSubject(stack);
  const results = await Promise.all(
    checks.map(async ({ name, run }): Promise<Result> => ({ name, ...(await run(subject).catch(explainError)) })),
  );
  const counts = countOutcomes(results);
  if (json) printJson({ stack, checks: results, counts });
  else print(formatResults(results));
  return counts.failed === 0;
}

export function formatResults(results: readonly Result[]): string {
  const rows = results.map(({ name, outcome, detail }) => [name, outcome, detail]);
  // One line for the checks that failed for the same reason.
  const remedies = [...new Set(results.flatMap(({ remedy }) => remedy ?? []))].map((remedy) => {
    const names = results.filter((result) => result.remedy === remedy).map(({ name }) => name);
    return `  ${names.join(", ")}: ${remedy}`;
  });
  const { passed, warning, failed, skipped } = countOutcomes(results);
  return [
    formatTable(["check", "result", "found"], rows),
    ...(remedies.length > 0 ? ["\nWhat to do:", ...remedies] : []),
    `\n${passed} passed, ${warning} ${warning === 1 ? "warning" : "warnings"}, ${failed} failed, ${skipped} skipped`,
  ].join("\n");
}

function countOutcomes(results: readonly Result[]) {
  const counts = { passed: 0, warning: 0, failed: 0, skipped: 0 };
  for (const { outcome } of results) counts[outcome]++;
  return counts;
}

/**
 * Prints the policy of a role that deploys a stack, or only previews it. Throws when the program
 * does not run.
 */
export async function printPolicy(stack: string, purpose: "deploy" | "preview"): Promise<void> {
  const { project, account, plan } = await readSubject(stack);
  if (account.value === undefined) throw new Error(account.problem);
  if (plan.value === undefined) throw new Error(plan.problem);
  const create = purpose === "deploy" ? createDeployPolicy : createPreviewPolicy;
  print(JSON.stringify(create(account.value, { project, stack }, plan.value), null, 2));
}
