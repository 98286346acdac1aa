import { startAccount } from "../../local/account";
import type { ServiceName } from "../../local/account/model/clients";
import { spoken } from "../../local/account/model/protocols";
import { operationsOf } from "../../local/account/model/schema";
import { catalogue } from "../../local/pulumi/provider/catalogue";
import { describeNotebooks } from "../../local/record/tutorials";
import { type Caller, readCallers } from "./callers";

/** An operation that the local account has. */
export interface Operation {
  readonly service: ServiceName;
  readonly name: string;
  readonly callers: readonly Caller[];
}

/** Lists the account's operations, each with its callers. */
export async function listOperations(): Promise<Operation[]> {
  const findCallers = readCallers();
  const account = await startAccount({ speed: 0 });
  try {
    return (Object.keys(spoken) as ServiceName[]).sort().flatMap((service) => {
      const names = [...account.host.listOperations(service)].sort();
      return names.map((name) => ({ service, name, callers: findCallers(service, name) }));
    });
  } finally {
    await account.close();
  }
}

/** Creates the text of local/OPERATIONS.md. */
export async function createOperationsDocument(operations: readonly Operation[]): Promise<string> {
  const services = [...new Set(operations.map(({ service }) => service))];
  const sections = services.map(async (service) => {
    const ours = operations.filter((operation) => operation.service === service);
    const all = await operationsOf(service);
    const groups = new Set(ours.map(({ callers }) => callers.join(", ")));
    const rows = Array.from(groups, (group) => {
      const called = ours.filter(({ callers }) => callers.join(", ") === group);
      return `- ${group}: ${called.map(({ name }) => `\`${name}\``).join(", ")}`;
    });
    return `## ${service}\n\n${ours.length} of ${all.size}:\n\n${rows.join("\n")}`;
  });
  const names = new Set(operations.map(({ service, name }) => `${service} ${name}`));
  const notebooks = describeNotebooks((call) => names.has(call));
  return `${[intro, ...(await Promise.all(sections)), notebooks, describeTypes()].join("\n\n")}\n`;
}

/** Lists the resource types: `aws.kms.Key` is the token `aws:kms/key:Key`. */
const describeTypes = () => `## Pulumi

The aws plugin of this repository takes these resource types, and refuses others. The real plugin takes all whose calls are above.

${Object.keys(catalogue)
  .map((token) => `- \`${token.replace(/^aws:(\w+)\/\w+:/, "aws.$1.")}\``)
  .join("\n")}`;

const intro = `# Operations

Written by \`npm run operations\` from the account's code and its callers. All other operations return 501 ([README](README.md#what-returns-501)).

An operation is here because something calls it: the \`deployment\` (the \`aws\` provider of this repository), the real Terraform \`provider\` ([table](pulumi/terraform-provider-calls.json)), the deployed \`program\` or another service, the \`commands\`, the \`console\`, a command or example in the \`documents\`, or AWS's \`tutorials\` ([list](record/tutorials.json)).`;
