import type { Account } from "../../local/account.ts";

/** Fast enough that a training of five minutes takes a second. */
export const hurriedSpeed = 300;

/** Runs at another speed of an account's clock. At `hurriedSpeed`, a session of an hour ends after twelve seconds. */
export async function atSpeed<T>(another: number, { clock }: Account, run: () => Promise<T>): Promise<T> {
  const { speed } = clock;
  clock.setSpeed(another);
  try {
    return await run();
  } finally {
    clock.setSpeed(speed);
  }
}
