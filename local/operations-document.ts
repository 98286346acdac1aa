import { startAccount } from "./account/account";
import type { ServiceName } from "./account/model/clients";
import { spoken } from "./account/model/protocols";
import { operationsOf } from "./account/model/schema";

/** Creates the text of OPERATIONS.md: which operations of which services the account has. */
export async function createOperationsDocument(): Promise<string> {
  const account = await startAccount({ speed: 0 });
  try {
    const services = (Object.keys(spoken) as ServiceName[]).sort();
    const sections = services.map(async (service) => {
      const names = [...(await operationsOf(service)).keys()].sort();
      const implemented = new Set(account.host.listOperations(service));
      const missing = names.filter((name) => !implemented.has(name));
      return [
        `## ${service}`,
        `${names.length - missing.length} of ${names.length} operations.`,
        listNames(
          "There",
          names.filter((name) => implemented.has(name)),
        ),
        ...(missing.length > 0 ? [listNames("501", missing)] : []),
      ].join("\n\n");
    });
    return `${[intro, ...(await Promise.all(sections))].join("\n\n")}\n`;
  } finally {
    await account.close();
  }
}

const intro = `# Operations

Made from the services' models and the account's code by \`npm -w local run operations\`. An operation that is not there returns
501 in the service's own protocol, as do members that are not there ([README](README.md#what-returns-501)).`;

const listNames = (title: string, names: readonly string[]) =>
  `${title}: ${names.map((name) => `\`${name}\``).join(", ")}`;
