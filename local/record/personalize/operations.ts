import { arnMember, waitUntilActive } from "./fixture";
import type { Operation, Operations, Suite } from "./operation";
import { dataOperations, eventOperations } from "./operations/data";
import { jobOperations } from "./operations/jobs";
import { servingOperations, solutionOperations } from "./operations/models";
import { recommenderOperations } from "./operations/recommenders";

export const modelOperations = (suite: Suite): Operations => ({
  ...solutionOperations(suite),
  ...servingOperations(suite),
  ...recommenderOperations(suite),
});

/** Every operation of the three services that the local account has. */
export const listOperations = (suite: Suite): Operations => ({
  ...dataOperations(suite),
  ...jobOperations(suite),
  ...eventOperations(suite),
  ...modelOperations(suite),
});

export function operationOf(suite: Suite, name: string): Operation {
  const found = listOperations(suite)[name];
  if (!found) throw new Error(`No operation ${name} in the table.`);
  return found;
}

/** Creates a resource with the request of the table, and with changes. Returns its ARN. */
export async function create(suite: Suite, kind: string, changes: object = {}): Promise<string> {
  const answer = await operationOf(suite, `Create${kind}`).send({ ...changes });
  return String(answer[arnMember(kind)]);
}

/** Creates a resource and waits until it is there. */
export async function makeActive(suite: Suite, kind: string, changes: object = {}): Promise<string> {
  const arn = await create(suite, kind, changes);
  await waitUntilActive(suite.world, kind, arn);
  return arn;
}
