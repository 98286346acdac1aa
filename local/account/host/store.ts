import type { Scope } from "../aws/arn";

/** State of a service, separate for each account and Region. */
export interface Store<T> {
  of(scope: Scope): T;
  all(): Iterable<readonly [Scope, T]>;
}

/** Creates a store. `scope` is `account` for IAM and `partition` for bucket names. */
export function createStore<T>(make: () => T, scope: "region" | "account" | "partition" = "region"): Store<T> {
  const states = new Map<string, readonly [Scope, T]>();
  return {
    of({ account, region }) {
      const owner = {
        account: scope === "partition" ? "" : account,
        region: scope === "region" ? region : "",
      };
      const key = `${owner.account}/${owner.region}`;
      const state = states.get(key) ?? ([owner, make()] as const);
      states.set(key, state);
      return state[1];
    },
    all: () => states.values(),
  };
}
