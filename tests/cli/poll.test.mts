import { afterEach, expect, test, vi } from "vitest";
import { advanceLocalClock, realPause } from "../../cli/terminal/poll.ts";
import { startAccount } from "../../local/account.ts";

afterEach(() => vi.unstubAllEnvs());

test("a command that waits moves the clock of a local account", async () => {
  const account = await startAccount({ speed: 0 });
  vi.stubEnv("AWS_ENDPOINT_URL", account.origin);
  const start = account.clock.now();
  await realPause(3_600_000);
  expect(account.clock.now() - start).toBe(3_600_000);
  await account.close();
});

test("a command waits in real time on AWS, and at an address where no account listens", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL", undefined);
  expect(await advanceLocalClock(1)).toBe(false);
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
  expect(await advanceLocalClock(1)).toBe(false);
});
