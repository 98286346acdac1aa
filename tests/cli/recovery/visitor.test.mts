import { describe, expect, test } from "vitest";
import { isAbout, learnSession, listIds, toVisitor, type Visitor } from "../../../cli/recovery/forget/visitor.ts";
import { parseEvent } from "../../../cli/recovery/stored/stored-event.ts";

const record = (event: unknown) => ({ event, text: JSON.stringify(event) });

/** A visitor after these events were read. */
function visitorOf(id: string, ...events: object[]): Visitor {
  const visitor = toVisitor(id);
  for (const event of events) learnSession(visitor, event);
  return visitor;
}

describe("a record is about a visitor", () => {
  const visitor = visitorOf("10042", { userId: "10042", sessionId: "s-1" }, { userId: "other", sessionId: "s-2" });

  test.each([
    ["with the user id", { userId: "10042", sessionId: "s-9" }, true],
    ["with the user id as a number", { userId: 10042, sessionId: "s-9" }, true],
    ["before the sign-in of the same session", { sessionId: "s-1" }, true],
    ["before the sign-in, with null as user id", { userId: null, sessionId: "s-1" }, true],
    ["before the sign-in, with an empty user id", { userId: "", sessionId: "s-1" }, true],
    ["with a list of the user id in another session", { userId: ["10042"], sessionId: "s-2" }, true],
    ["of an item with the same id", { itemId: "10042", eventType: "DetailView" }, false],
    ["of another user in the same session", { userId: "other", sessionId: "s-1" }, false],
    ["of another user's session", { sessionId: "s-2" }, false],
    ["without ids", { eventType: "DetailView" }, false],
  ])("%s", (_name, event, expected) => {
    expect(isAbout(visitor, record(event))).toBe(expected);
  });

  test("that never signed in, by the session id", () => {
    const anonymous = visitorOf("s-3", { sessionId: "s-3" });
    expect(isAbout(anonymous, record({ sessionId: "s-3" }))).toBe(true);
    expect(isAbout(anonymous, record({ userId: "other", sessionId: "s-3" }))).toBe(false);
  });

  test("when a value is one of the ids, although it is not where ids are", () => {
    expect(isAbout(visitor, record({ user: { id: 10042 }, eventType: "DetailView" }))).toBe(true);
    expect(isAbout(visitor, record([{ userId: "10042" }]))).toBe(true);
    expect(isAbout(visitor, record({ itemUpdate: { itemId: "10042", available: true } }))).toBe(false);
  });

  test("by the digits of a number that JSON changes, which the consumer has refused", () => {
    const text = '{"userId": 9007199254740993, "sessionId": 1.50}';
    const stored = { event: parseEvent(text), text };
    expect(isAbout(visitorOf("9007199254740993"), stored)).toBe(true);
    expect(isAbout(visitorOf("9007199254740992"), stored)).toBe(false);
    expect(parseEvent(text)).toMatchObject({ sessionId: "1.50" });
  });

  test("when it is not JSON but quotes one of the ids", () => {
    expect(isAbout(visitor, { event: undefined, text: '{"sessionId":"s-1",' })).toBe(true);
    expect(isAbout(visitor, { event: undefined, text: '{"sessionId":"s-10",' })).toBe(false);
    expect(isAbout(visitor, { event: undefined, text: '{"userId": 10042,' })).toBe(true);
    expect(isAbout(visitor, { event: undefined, text: '{"userId":100421,' })).toBe(false);
    expect(isAbout(visitor, record('{"userId":"10042"}'))).toBe(true);
  });

  test("but not by a session id that is a user id too", () => {
    const shared = visitorOf("mallory", { userId: "mallory", sessionId: "10042" });
    shared.shared.add("10042");
    expect(isAbout(shared, record({ sessionId: "10042" }))).toBe(false);
    expect(isAbout(shared, { event: undefined, text: '{"userId":"10042",' })).toBe(false);
    expect(listIds(shared)).toEqual(["mallory"]);
  });
});

test("a visitor's ids are the user's and those of the sessions, each once", () => {
  const signedIn = { userId: "10042", sessionId: "s-1" };
  expect(listIds(visitorOf("10042", signedIn, signedIn, { userId: "10042", sessionId: "10042" }))).toEqual([
    "10042",
    "s-1",
  ]);
});
