import { isDeepStrictEqual } from "node:util";
import type { RequestEntry } from "../../account/host/request-log.ts";
import type { Account } from "../../account.ts";
import { detailOf } from "../../console/server/request-items.ts";
import { type CliResult, runAwsCommands } from "./aws-cli.mts";

interface Repeated extends CliResult {
  readonly name: string;
  readonly command: string;
  /**
   * The account has received the same request again, perhaps with members that the AWS CLI adds.
   */
  readonly arrived: boolean;
}

/** Runs the console's commands for requests by the AWS CLI. */
export async function repeatRequests(
  { log, origin }: Pick<Account, "log" | "origin">,
  entries: readonly RequestEntry[],
): Promise<Repeated[]> {
  const describe = (all: readonly RequestEntry[]) =>
    Promise.all(all.map((entry) => detailOf(entry, log.wholeInputOf(entry.id), origin)));
  const given = await describe(entries);
  const received: RequestEntry[] = [];
  const end = log.listen((entry) => received.push(entry));
  const results = await runAwsCommands(given.map(({ command = "" }) => command));
  end();
  const again = await describe(received);
  return given.map(({ service, operation, input, command = "" }, i) => ({
    ...(results[i] ?? { code: -1, error: "The AWS CLI ended before." }),
    name: `${service} ${operation}`,
    command,
    arrived: again.some(
      (each) => each.service === service && each.operation === operation && contains(each.input, input),
    ),
  }));
}

/** Times are compared in whole seconds, which the AWS CLI sends to CloudWatch. */
function contains(received: unknown, given: unknown): boolean {
  const [all, some] = [received, given].map((input) =>
    JSON.parse(JSON.stringify(input).replaceAll(/(T\d\d:\d\d:\d\d)\.\d+Z/g, "$1Z")),
  );
  return Object.entries(some).every(([name, value]) => isDeepStrictEqual(all[name], value));
}
