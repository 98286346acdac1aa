import { type RandomStream, stream } from "../../../account/aws/random";

/** Choices that are the same for the same label. */
export interface Choices {
  /** A whole number from 0 up to, not including, `bound`. */
  below(bound: number): number;
  /** True with this probability. */
  chance(share: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  pick<T>(from: readonly T[]): T | undefined;
}

/** Creates the choices of a label. */
export function createChoices(label: string): Choices {
  const random: RandomStream = stream(label);
  return {
    below: (bound) => random.int(bound),
    chance: (share) => random.u() < share,
    pick: <T>(from: readonly T[]) => from[random.int(from.length)] as T,
  };
}
