import type { Scope } from "../aws/arn";
import type { Store } from "./service";

/** The states of a store by account and Region, as plain data. */
export type StoreContents = Map<string, readonly [Scope, unknown]>;

/** The stores of all services. */
export interface Stores {
  /**
   * Creates the state of a service: one value for each account and Region, each account, or all. `name` says in the kept
   * state whose it is: `kinesis/streams`.
   */
  create<T>(name: string, make: () => T, scope: "region" | "account" | "partition"): Store<T>;
  /** The contents of all stores, by their names. */
  contents(): ReadonlyMap<string, StoreContents>;
}

/**
 * Creates the stores; those with the name of a kept one begin with what it contained. Stores that no service opens are
 * kept: `npm run account` keeps what `npm start` remembers.
 */
export function createStores(kept: ReadonlyMap<string, StoreContents> = new Map()): Stores {
  const stores = new Map(kept);
  const created = new Set<string>();
  return {
    create<T>(name: string, make: () => T, scope: "region" | "account" | "partition") {
      if (created.has(name)) throw new Error(`There are two stores named ${name}. Choose another name.`);
      created.add(name);
      const states = (stores.get(name) ?? new Map()) as Map<string, readonly [Scope, T]>;
      stores.set(name, states);
      return {
        of({ account, region }) {
          const owner = {
            account: scope === "partition" ? "" : account,
            region: scope === "region" ? region : "",
          };
          const key = `${owner.account}/${owner.region}`;
          let state = states.get(key);
          if (!state) {
            state = [owner, make()];
            states.set(key, state);
          }
          return state[1];
        },
        all: () => states.values(),
      };
    },
    contents: () => stores,
  };
}
