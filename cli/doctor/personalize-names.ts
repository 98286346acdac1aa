import { listAll } from "../stack/aws";
import type { AccountUnderTest } from "./check";

/**
 * Recognises a name that the program gives to a resource in Personalize: the dynamic providers cut names and add a hash of what
 * replaces the resource when it changes (`completeName` in dynamic-providers/resource/names.ts).
 */
export function isNameOf(found: string, name: string): boolean {
  const start = `${name.slice(0, 54)}-`;
  return found.startsWith(start) && /^[0-9a-f]{8}$/.test(found.slice(start.length));
}

export async function listDatasetGroups({ personalize }: AccountUnderTest) {
  const found = await listAll(personalize, "personalize", "ListDatasetGroups", {}, "datasetGroups");
  return found.map(({ name = "", datasetGroupArn: arn = "" }) => ({ name, arn }));
}
