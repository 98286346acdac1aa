import type { Scope } from "../../account/aws/arn";
import type { Deployment, Stack } from "../messages";
import type { AccountAccess } from "./account-access";
import { createViewCalls } from "./caller";
import { Refused } from "./exchange";
import type { Views } from "./views";

/** The deployed stacks of the program that gave the views. */
export interface Stacks {
  list(): Promise<Stack[]>;
  /** Every account and Region that was called. */
  scopes(): readonly Scope[];
  /** Returns how far a deployment is, while one runs. */
  deployment(): Deployment | undefined;
  /** Throws when there is no such stack. */
  find(name: string | undefined): Promise<Stack>;
}

/** Places that are looked through. */
const mostScopes = 100;

/** Looks in every account and Region that was called since the account runs. */
export function createStacks(
  { host, log }: Pick<AccountAccess, "host" | "log">,
  views: Views,
): Stacks & { close(): void } {
  const scopes = new Map<string, Scope>();
  const end = log.listen(({ account, region }) => {
    const key = `${account}/${region}`;
    if (!scopes.has(key) && scopes.size < mostScopes) scopes.set(key, { account, region });
  });
  let deployment: Deployment | undefined;
  const endDeployment = host.on("deployment", ({ ended, ...shown }) => {
    deployment = ended ? undefined : shown;
  });
  const list = async () => {
    const found = await Promise.all(
      Array.from(scopes.values(), (scope) => views.findStacks(scope, createViewCalls(host, scope))),
    );
    return found.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  return {
    list,
    scopes: () => [...scopes.values()],
    deployment: () => deployment,
    async find(name) {
      const stacks = await list();
      const stack = name === undefined ? stacks[0] : stacks.find((each) => each.name === name);
      if (!stack) {
        throw new Refused(
          404,
          deployment
            ? `The stack "${deployment.stack}" is being deployed. Wait until it is complete.`
            : views.describeMissing(name),
        );
      }
      return stack;
    },
    close() {
      end();
      endDeployment();
    },
  };
}
