import { physicalName } from "../../components/support/names";
import { listAll } from "../../dynamic-providers/service/session";
import type { AccountUnderTest } from "./check";

/**
 * Whether a name in Personalize is of this part of the stack: the dynamic providers cut a part's name and add a hash of what
 * replaces the resource when it changes (`completeName` in dynamic-providers/resource/names.ts).
 */
export function isNameOf(name: string, stack: string, part: string): boolean {
  const start = `${physicalName("recommender", stack, part).slice(0, 54)}-`;
  return name.startsWith(start) && /^[0-9a-f]{8}$/.test(name.slice(start.length));
}

export interface FoundResource {
  readonly name: string;
  readonly arn: string;
}

/** Lists the dataset groups of the account in this Region. */
export async function listDatasetGroups({ personalize }: AccountUnderTest): Promise<FoundResource[]> {
  const found = await listAll(
    (nextToken) => personalize.call("personalize", "ListDatasetGroups", { nextToken }),
    ({ datasetGroups }) => datasetGroups,
  );
  return found.map(({ name = "", datasetGroupArn: arn = "" }) => ({ name, arn }));
}

/** Finds the dataset group that has the stack's name; undefined before the first deployment. */
export async function findDatasetGroup(account: AccountUnderTest, stack: string): Promise<FoundResource | undefined> {
  const groups = await listDatasetGroups(account);
  return groups.find(({ name }) => isNameOf(name, stack, "pets"));
}
