import type { CommonInputs, CommonOutputs, Described, Kind } from "./kind";
import { toCanonicalJson } from "./names";

/**
 * The `diff` of a kind: which inputs replace, whether anything else changes, and whether old and
 * new would conflict.
 */
export function diffInputs<I extends CommonInputs, S extends Described>(
  kind: Kind<I, S>,
  olds: I & Partial<CommonOutputs>,
  news: I,
): { changes: boolean; replaces: string[]; deleteBeforeReplace: boolean; inPlace: boolean } {
  const findChanged = (pick: (inputs: I) => Record<string, unknown>) => {
    const before = new Map(Object.entries(pick(olds)));
    const after = Object.entries(pick(news));
    return after
      .filter(([key, value]) => toCanonicalJson(before.get(key)) !== toCanonicalJson(value))
      .map(([key]) => key);
  };
  const replaces = findChanged((inputs) => kind.identity(inputs));
  const settings = findChanged(({ tags = {}, ownerTags = {}, ...rest }) => ({
    tags,
    ownerTags,
    ...kind.settings?.(rest as unknown as I),
  }));
  const stored = findChanged(({ timeoutSeconds, providerVersion, ...rest }) => ({
    timeoutSeconds,
    providerVersion,
    ...kind.storedOnly?.(rest as unknown as I),
  }));
  const inPlace = settings.length > 0 || olds.unfinished === true;
  return {
    changes: inPlace || replaces.length > 0 || stored.length > 0,
    replaces,
    deleteBeforeReplace: replaces.length > 0 && kind.conflicts?.(olds, news) === true,
    inPlace,
  };
}
