import { Kinesis } from "@aws-sdk/client-kinesis";
import { SSM } from "@aws-sdk/client-ssm";
import { afterEach, describe, expect, test } from "vitest";
import type { CallFault } from "../../account/host/faults/fault-rule.ts";
import { createInjectedFaults } from "../../account/host/faults/injected-faults.ts";
import { createClock } from "../../account/time/clock.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

const start = Date.UTC(2026, 0, 1);
const createFaults = () => createInjectedFaults(createClock({ speed: 0, start }));
const effect = { kind: "error", code: "Throttled", message: "Slow down." } as const;
const rule: CallFault = { service: "kinesis", operation: "PutRecord", effect };
const call = { service: "kinesis", operation: "PutRecord", caller: "arn:aws:sts::1:assumed-role/writer/x" } as const;

describe("a fault", () => {
  test("is listed with what is left of it, and ends with its last call", () => {
    const faults = createFaults();
    faults.inject({ ...rule, times: 2 });
    expect(faults.onCall(call)).toEqual(effect);
    expect(faults.list()).toMatchObject([{ operation: "PutRecord", times: 2, left: 1 }]);
    expect(faults.onCall(call)).toEqual(effect);
    expect(faults.list()).toEqual([]);
    expect(faults.onCall(call)).toBeUndefined();
  });

  test.each([
    ["the same operation", {}, true],
    ["another operation", { operation: "PutRecords" }, false],
    ["any operation", { operation: "*" }, true],
    ["another service", { service: "s3" }, false],
    ["any service", { service: "*" }, true],
    ["a part of the caller's ARN", { caller: "assumed-role/writer" }, true],
    ["another caller", { caller: "assumed-role/reader" }, false],
  ] as const)("selects by %s", (_, selection, selected) => {
    const faults = createFaults();
    faults.inject({ ...rule, ...selection });
    expect(faults.onCall(call)).toEqual(selected ? effect : undefined);
  });

  test("with a share affects this part of the calls, without a limit, and the same ones for the same seed", () => {
    const hits = (seed: number) => {
      const faults = createFaults();
      faults.inject({ ...rule, share: 0.1, seed });
      const places = Array.from({ length: 2_000 }, (_, place) => place);
      return places.filter(() => faults.onCall(call) !== undefined);
    };
    expect(hits(1)).toEqual(hits(1));
    expect(hits(1)).not.toEqual(hits(2));
    expect(hits(1).length).toBeGreaterThan(140);
    expect(hits(1).length).toBeLessThan(260);
  });

  test("applies from a time on, and is over at another one", async () => {
    const clock = createClock({ speed: 0, start });
    const faults = createInjectedFaults(clock);
    const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
    faults.inject({ ...rule, from: at(1), until: at(2) });
    expect(faults.onCall(call)).toBeUndefined();
    await clock.advance(60_000);
    expect([faults.onCall(call), faults.onCall(call)]).toEqual([effect, effect]);
    await clock.advance(60_000);
    expect(faults.onCall(call)).toBeUndefined();
    expect(faults.list()).toEqual([]);
  });

  test("is passed by a call that another fault before it affects", () => {
    const faults = createFaults();
    faults.inject({ ...rule, effect: { kind: "drop-before" } });
    faults.inject(rule);
    expect([faults.onCall(call), faults.onCall(call)]).toEqual([{ kind: "drop-before" }, effect]);
  });
});

describe("a client", async () => {
  const account = await openAccount();
  const kinesis = new Kinesis(sdk(account));
  const ssm = new SSM(sdk(account));
  afterEach(() => account.faults.clear());

  const put = () => ssm.putParameter({ Name: "/a", Value: "1", Type: "String", Overwrite: true });
  const create = (StreamName: string) => kinesis.createStream({ StreamName, ShardCount: 1 });
  const names = async () => (await kinesis.listStreams({})).StreamNames;

  test("waits for a slow call longer than its own timeout", async () => {
    account.faults.inject({
      service: "ssm",
      operation: "PutParameter",
      effect: { kind: "latency", milliseconds: 700 },
    });
    const impatient = new SSM({
      ...sdk(account),
      requestHandler: { requestTimeout: 100, throwOnRequestTimeout: true },
    });
    const sent = impatient.putParameter({ Name: "/a", Value: "1", Type: "String", Overwrite: true });
    await expect(sent).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("loses a connection of HTTP/1.1", async () => {
    account.faults.inject({ service: "ssm", operation: "*", effect: { kind: "drop-before" } });
    await expect(put()).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  // The client of Kinesis uses HTTP/2.
  test.each([
    ["drop-before", false],
    ["drop-after", true],
  ] as const)("loses a stream of HTTP/2 by %s; the call has run: %s", async (kind, hasRun) => {
    account.faults.inject({ service: "kinesis", operation: "CreateStream", effect: { kind } });
    await expect(create(kind)).rejects.toThrow(/stream/i);
    expect((await names())?.includes(kind)).toBe(hasRun);
  });
});
