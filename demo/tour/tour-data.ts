// The imported data, as the local account has them in memory.

import { chooseKnownVisitor } from "../../cli/journey/data";
import type { ImportedData, Journey } from "../../cli/journey/journey";
import type { Account } from "../../local/account";

type Stack = Pick<Journey, "aws" | "outputs">;

/** The stack's account and Region, for the account's own facts. */
export const placeOf = ({ aws, outputs }: Stack) => ({
  account: outputs.datasetGroupArn.split(":")[4] ?? "",
  region: aws.region,
});

/** Visitors of the imported interactions, in the order of the data. */
export function listVisitors(
  account: Account,
  stack: Stack,
  most: number,
): readonly { readonly id: string; readonly events: number }[] {
  return account.personalize.inspection.users(placeOf(stack), stack.outputs.datasetGroupArn, "", most).found;
}

export function createImportedData(account: Account, stack: Stack): ImportedData {
  const { inspection } = account.personalize;
  const findKnownVisitor = async () => chooseKnownVisitor(listVisitors(account, stack, 1000));
  return {
    columnsOf: (itemId) => inspection.item(placeOf(stack), stack.outputs.datasetGroupArn, itemId),
    findKnownVisitor,
    async findContext() {
      const visitor = await findKnownVisitor();
      const events = inspection.events(placeOf(stack), stack.outputs.datasetGroupArn, visitor, 1);
      return events[0]?.context ?? {};
    },
  };
}
