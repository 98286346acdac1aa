import { quoteForShell } from "../../../components/support/shell";
import { suggestCommand } from "../../local-account";
import type { DeployedStack } from "../../stack/find-stack";

/** The command that deletes a visitor's data, with the bucket for the ids when it is another one than the stack's. */
export function suggestForget({ stack, dataBucket }: DeployedStack, user: string, listBucket: string): string {
  const bucket = listBucket === dataBucket ? "" : ` --list-bucket ${quoteForShell(listBucket)}`;
  return suggestCommand(`forget --stack ${quoteForShell(stack)} --user ${quoteForShell(user)}${bucket}`);
}
