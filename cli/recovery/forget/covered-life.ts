import { readExpiryRules } from "../../archive/expiry";
import { listAll } from "../../stack/aws";
import type { DeployedStack } from "../../stack/stack";

const day = 86_400_000;

/**
 * Returns true while the archive has all events that the stack's datasets have from the stream:
 * none has expired since the first of them was created. Only then the archive shows all users.
 */
export async function coversDatasets(stack: DeployedStack): Promise<boolean> {
  const { datasetGroupArn, now } = stack;
  const datasets = await listAll(stack, "personalize", "ListDatasets", { datasetGroupArn }, "datasets");
  const created = Math.min(...datasets.map(({ creationDateTime }) => Number(creationDateTime ?? 0)));
  const rules = await readExpiryRules(stack);
  const days = rules.flatMap(({ Expiration }) => Expiration?.Days ?? []);
  return created > now.getTime() - Math.min(...days) * day;
}
