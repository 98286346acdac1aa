import type { Store } from "./service";

/** Creates the state of a service: one value for each account and Region, each account, or all. */
export function createStore<T>(make: () => T, scope: "region" | "account" | "partition"): Store<T> {
  const states = new Map<string, readonly [{ account: string; region: string }, T]>();
  return {
    of({ account, region }) {
      const place = {
        account: scope === "partition" ? "" : account,
        region: scope === "region" ? region : "",
      };
      const key = `${place.account}/${place.region}`;
      let state = states.get(key);
      if (!state) {
        state = [place, make()];
        states.set(key, state);
      }
      return state[1];
    },
    all: () => states.values(),
  };
}
