import type { CommonInputs, CommonOutputs, Described, Kind } from "./kind";
import { canonical } from "./names";

/** The `diff` of a kind: which inputs replace, whether anything else changes, and whether old and new would collide. */
export function difference<I extends CommonInputs, S extends Described>(
  kind: Kind<I, S>,
  olds: I & Partial<CommonOutputs>,
  news: I,
): { changes: boolean; replaces: string[]; deleteBeforeReplace: boolean; inPlace: boolean } {
  const differing = (of: (inputs: I) => Record<string, unknown>) => {
    const [before, after] = [of(olds), of(news)];
    return Object.keys(after).filter((key) => canonical(before[key]) !== canonical(after[key]));
  };
  const replaces = differing((inputs) => kind.identity(inputs));
  const settings = differing(({ tags = {}, ownerTags = {}, ...rest }) => ({
    tags,
    ownerTags,
    ...kind.settings?.(rest as unknown as I),
  }));
  const recorded = differing(({ timeoutSeconds, providerVersion, ...rest }) => ({
    timeoutSeconds,
    providerVersion,
    ...kind.recorded?.(rest as unknown as I),
  }));
  const inPlace = settings.length > 0 || olds.unfinished === true;
  return {
    changes: inPlace || replaces.length > 0 || recorded.length > 0,
    replaces,
    deleteBeforeReplace: replaces.length > 0 && kind.exclusive?.(olds, news) === true,
    inPlace,
  };
}
