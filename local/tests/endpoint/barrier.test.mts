import { expect, test } from "vitest";
import type { WireResponse } from "../../account/codecs/wire.ts";
import { Content } from "../../account/content/content.ts";
import { createBarrier } from "../../account/wire/barrier.ts";

const request = { method: "GET", path: "/", query: new URLSearchParams(), headers: {}, body: Content.empty };
const response: WireResponse = { status: 200, headers: {}, body: "" };
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("requests wait until the barrier is opened", async () => {
  const seen: string[] = [];
  const barrier = createBarrier(async () => {
    seen.push("answered");
    return response;
  });
  const first = barrier.answer(request);
  await turn();
  expect(seen).toEqual([]);
  barrier.open();
  expect(await first).toBe(response);
});

test("closing waits for requests that run, and lets no other one pass", async () => {
  let answered = 0;
  let end = () => {};
  const barrier = createBarrier(async () => {
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    answered++;
    return response;
  });
  barrier.open();
  const running = barrier.answer(request);
  await turn();
  const closed = barrier.close();
  void barrier.answer(request);
  end();
  await closed;
  expect(await running).toBe(response);
  expect(answered).toBe(1);
});
