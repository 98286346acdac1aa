import { expect, test } from "vitest";
import type { WireResponse } from "../../account/codecs/wire.ts";
import { Content } from "../../account/content/content.ts";
import { createGate } from "../../account/wire/gate.ts";

const request = { method: "GET", path: "/", query: new URLSearchParams(), headers: {}, body: Content.empty };
const response: WireResponse = { status: 200, headers: {}, body: "" };
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("requests wait until the gate is opened", async () => {
  const seen: string[] = [];
  const gate = createGate(async () => {
    seen.push("answered");
    return response;
  });
  const first = gate.answer(request);
  await turn();
  expect(seen).toEqual([]);
  gate.open();
  expect(await first).toBe(response);
});

test("closing waits for requests that run, and lets no other one pass", async () => {
  let answered = 0;
  let end = () => {};
  const gate = createGate(async () => {
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    answered++;
    return response;
  });
  gate.open();
  const running = gate.answer(request);
  await turn();
  const closed = gate.close();
  void gate.answer(request);
  end();
  await closed;
  expect(await running).toBe(response);
  expect(answered).toBe(1);
});
