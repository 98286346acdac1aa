import { describe, expect, test } from "vitest";
import { parseEvent } from "../../../cli/archive/stored-event.ts";
import { isAbout, learnSession, listSessions, toVisitor, type Visitor } from "../../../cli/recovery/forget/visitor.ts";

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
    expect(listSessions(shared)).toEqual([]);
  });
});

test("a visitor's sessions are those that are not the visitor's id", () => {
  const signedIn = { userId: "10042", sessionId: "s-1" };
  expect(listSessions(visitorOf("10042", signedIn, signedIn, { userId: "10042", sessionId: "10042" }))).toEqual([
    "s-1",
  ]);
});

describe("an id that is missing is nobody's:", () => {
  const words = ["undefined", "null", "None", "NaN", "nil", "NULL", "<null>", "[object Object]", "", " "];
  test.each(words)("%j as the session of the visitor makes no other record the visitor's", (word) => {
    const visitor = visitorOf("10042", { userId: "10042", sessionId: word }, { userId: 10042 });
    expect([...visitor.sessions]).toEqual([]);
    const others = [
      { sessionId: "s-2" },
      { sessionId: word },
      { userId: word, sessionId: "s-2" },
      { userId: word },
      {},
      { itemUpdate: { itemId: "i-1", available: false } },
      { userId: null },
      [],
      [{}],
      { userId: {} },
    ];
    for (const event of others) expect(isAbout(visitor, record(event)), JSON.stringify(event)).toBe(false);
  });
});

describe("in a record that the consumer has refused", () => {
  const visitor = visitorOf("10042", { userId: "10042", sessionId: "s-1" });
  test.each([
    ["a misspelt name", { user_id: "10042" }, true],
    ["a name with a wrong letter", { usedId: 10042 }, true],
    ["a nested id", { customer: { id: 10042, name: "Ann" } }, true],
    ["a list of visitors", { visitors: ["1", "10042"] }, true],
    ["a typed value", { userId: { S: "10042" } }, true],
    ["an event as text in the wrapper", { Data: '{"userId":"10042"}', Partitionkey: "s-1" }, true],
    ["an event in a list", [{ sessionId: "s-1" }], true],
    ["another user's event in a list", [{ userId: "u-2", sessionId: "s-1" }], false],
    ["a page's number", { page: 10042 }, false],
    ["a rating of a user", { userRating: 10042, user: { age: 10042 }, session: { count: 10042 } }, false],
    ["an item's id", { itemId: "10042", impression: ["10042"], items: [{ id: "10042" }] }, false],
    ["an update of an item", { itemUpdate: { itemId: "10042", columns: { CUSTOMER: "10042" } } }, false],
  ])("%s is looked at where a name can name a person", (_what, event, expected) => {
    expect(isAbout(visitor, record(event))).toBe(expected);
  });

  test.each([
    '{"user_id": 9007199254740993}',
    '{"visitor": {"id": 9007199254740993}, "sessionId": "s-2"}',
    '{"users": [9007199254740993]}',
    '{"body": "{\\"userId\\": 9007199254740993}"}',
    '{"userId": 9007199254740993,',
  ])("a number above 2^53 is found: %s", (text) => {
    const stored = { event: parseEvent(text), text };
    expect(isAbout(visitorOf("9007199254740993"), stored)).toBe(true);
    expect(isAbout(visitorOf("9007199254740992"), stored)).toBe(false);
  });
});

describe("a record that is no JSON is about the visitor", () => {
  const visitor = visitorOf("a b+c", { userId: "a b+c", sessionId: "s-1" });
  const utf16 = Buffer.from('{"sessionId":"s-1","eventType":', "utf16le").toString("utf8");
  test.each([
    ["cut", '{"userId":"a b+c', true],
    ["with an escaped letter", String.raw`{"userId":"\u0061 b+c","eventType":`, true],
    ["escaped once more", String.raw`"{\"userId\":\"a b+c\",\"itemId\":`, true],
    ["in single quotes", "{'sessionId': 's-1', 'eventType': None}", true],
    ["a query", "type=view&session_id=s-1&page=2", true],
    ["an encoded query", "userId=a+b%2Bc&page=2", true],
    ["encoded as a whole", encodeURIComponent('{"userId":"a b+c"}'), true],
    ["XML", "<event><sessionId>s-1</sessionId></event>", true],
    ["XML with entities", "<event data='{&quot;sessionId&quot;:&quot;s-1&quot;}'/>", true],
    ["YAML", "session:\n  id: s-1\n", true],
    ["nested", '{"session":{"id":"s-1"},', true],
    ["UTF-16", utf16, true],
    ["of a longer id", '{"sessionId":"s-10",', false],
    ["of another user in the session", '{"userId":"u-2","sessionId":"s-1",', false],
    ["with the id as another value", '{"sessionId":"s-2","eventType":"s-1","page":"a b+c",', false],
  ])("%s: %s", (_what, text, expected) => {
    expect(isAbout(visitor, { event: undefined, text })).toBe(expected);
  });

  test("in a time that grows with its length, not faster", () => {
    const texts = ["a".repeat(2_000_000), '"userId":"'.repeat(20_000), "x:".repeat(20_000), `x:${"{".repeat(200_000)}`];
    for (const text of texts) expect(isAbout(visitor, { event: undefined, text })).toBe(false);
  });
});
