// AWS that sends nothing, or stops in the middle, ends a call of a provider and of a command:
// neither waits for ever.
import { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createAws } from "../../cli/stack/aws.ts";
import { type Access, fetchAccount, readAccess } from "../../dynamic-providers/service/access.ts";
import { openSession } from "../../dynamic-providers/service/session.ts";
import { silentWays, startScriptedEndpoint } from "../functions/scripted-endpoint.mts";

// A second passes in a millisecond, for timers and for sockets.
beforeEach(() => {
  const { setTimeout: wait } = globalThis;
  const { setTimeout: waitForBytes } = Socket.prototype;
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((work: () => void, milliseconds = 0) =>
    wait(work, milliseconds / 1_000)) as typeof setTimeout);
  vi.spyOn(Socket.prototype, "setTimeout").mockImplementation(function (this: Socket, milliseconds, work) {
    return waitForBytes.call(this, milliseconds / 1_000, work);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const calls: [what: string, call: (access: Access) => Promise<unknown>][] = [
  [
    "a provider",
    async (access) => (await openSession("Campaign", 60, access)).api.describeCampaign({ campaignArn: "a" }),
  ],
  ["the check of the account", fetchAccount],
  ["a command", (access) => createAws("eu-west-1", access.clients?.personalize).call("sfn", "ListExecutions", {})],
];

describe.each(silentWays)("with the fault `%s`", (way) => {
  test.each(calls)("%s fails", async (_what, call) => {
    const endpoint = await startScriptedEndpoint(() => way);
    const keys: Record<string, string> = { "aws:region": "eu-west-1", "aws:maxRetries": "2" };
    await expect(call(readAccess((key) => keys[key]))).rejects.toThrow(/timed out|socket hang up|aborted/);
    expect(endpoint.seen).toHaveLength(3);
  });
});
