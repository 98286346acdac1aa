import type { Deployment, Stack } from "../messages";
import { createViewCalls, type Place } from "./caller";
import { Refused } from "./exchange";
import type { Parts } from "./parts";
import type { Views } from "./views";

/** The deployed stacks of the program that gave the views. */
export interface Stacks {
  list(): Promise<Stack[]>;
  /** Every account and Region that was called. */
  places(): readonly Place[];
  /** Returns how far a deployment is, while one runs. */
  deployment(): Deployment | undefined;
  /** Throws when there is no such stack. */
  find(name: string | undefined): Promise<Stack>;
}

/** Places that are looked through. */
const mostPlaces = 100;

/** Looks in every account and Region that was called since the account runs. */
export function createStacks({ host, log }: Pick<Parts, "host" | "log">, views: Views): Stacks & { close(): void } {
  const places = new Map<string, Place>();
  const end = log.listen(({ account, region }) => {
    const key = `${account}/${region}`;
    if (!places.has(key) && places.size < mostPlaces) places.set(key, { account, region });
  });
  let deployment: Deployment | undefined;
  const endDeployment = host.on("deployment", ({ ended, ...shown }) => {
    deployment = ended ? undefined : shown;
  });
  const list = async () => {
    const found = await Promise.all(
      Array.from(places.values(), (place) => views.findStacks(place, createViewCalls(host, place))),
    );
    return found.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  return {
    list,
    places: () => [...places.values()],
    deployment: () => deployment,
    async find(name) {
      const stacks = await list();
      const stack = name === undefined ? stacks[0] : stacks.find((each) => each.name === name);
      if (!stack)
        throw new Refused(
          404,
          deployment
            ? `The stack "${deployment.stack}" is being deployed. Wait until it is complete.`
            : views.describeMissing(name),
        );
      return stack;
    },
    close() {
      end();
      endDeployment();
    },
  };
}
