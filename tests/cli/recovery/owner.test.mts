import { describe, expect, test } from "vitest";
import { SeenKeys } from "../../../cli/archive/seen-keys.ts";
import { parseEvent, parseRecord } from "../../../cli/archive/stored-event.ts";
import { createOwnerJudge } from "../../../cli/recovery/forget/owner.ts";
import {
  isSessionOf,
  learnSession,
  listSessions,
  toVisitor,
  type Visitor,
} from "../../../cli/recovery/forget/visitor.ts";

/** A visitor after these events were read. */
function visitorOf(id: string, ...events: object[]): Visitor {
  const visitor = toVisitor(id);
  const known = { users: new SeenKeys(), sessionsOfOthers: new SeenKeys() };
  for (const event of events) learnSession(visitor, event, known);
  return visitor;
}

/** Judges a record, which the consumer takes or has refused. */
function judge(visitor: Visitor, content: unknown, isTaken: boolean) {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const record = { line: 1, bytes: Buffer.from(text), text, value: parseRecord(text) };
  const answer = createOwnerJudge(visitor, () => isTaken)(record);
  return typeof answer === "string" ? answer : [answer.reason, answer.member];
}
const elsewhere = (member?: string) => ["has the id in another place", member];
const another = "names another person too";

const visitor = visitorOf("10042", { userId: "10042", sessionId: "s-1" }, { userId: "other", sessionId: "s-2" });

describe("a record that the consumer takes is the visitor's", () => {
  test.each([
    ["with the user id", { userId: "10042", sessionId: "s-9" }, "visitor"],
    ["with the user id as a number", { userId: 10042, sessionId: "s-9" }, "visitor"],
    ["before the sign-in of the same session", { sessionId: "s-1" }, "visitor"],
    ["before the sign-in, with null as user id", { userId: null, sessionId: "s-1" }, "visitor"],
    ["in the wrapper", { Partitionkey: "x", Data: { userId: "10042" } }, "visitor"],
    ["an update of the user", { userUpdate: { userId: "10042", properties: {} } }, "visitor"],
    ["but not of an item with the same id", { itemId: "10042", sessionId: "s-9" }, "others"],
    ["but not of another user in the same session", { userId: "other", sessionId: "s-1" }, "others"],
    ["but not in another user's session", { sessionId: "s-2" }, "others"],
    ["but not with the id as another member", { sessionId: "s-9", user_id: "10042", visitorId: "10042" }, "others"],
    ["but not with the id in another object", { sessionId: "s-9", a: { userId: "10042" } }, "others"],
    ["but not with the id as partition key", { Partitionkey: "10042", Data: { sessionId: "s-9" } }, "others"],
  ])("%s", (_name, event, expected) => {
    expect(judge(visitor, event, true)).toBe(expected);
  });

  test("when the visitor never signed in, by the session id", () => {
    const anonymous = visitorOf("s-3", { sessionId: "s-3" });
    expect(judge(anonymous, { sessionId: "s-3" }, true)).toBe("visitor");
    expect(judge(anonymous, { userId: "other", sessionId: "s-3" }, true)).toBe("others");
  });
});

describe("a refused record is the visitor's", () => {
  test.each([
    ["by the contract's name in another spelling", { user_id: "10042" }],
    ["in capital letters", { "USER-ID": 10042 }],
    ["at any depth", { a: [{ b: { Session_ID: "s-1" } }] }],
    ["as a list of one id", { userId: ["10042"], sessionId: "s-2" }],
    ["by the user, whatever the session", { sessionId: "s-9", user: { userId: "10042" } }],
    [
      "by the partition key, if it names nobody else",
      { Partitionkey: "10042", Data: { properties: { HOME: "flat" } } },
    ],
    ["by the partition key in another spelling", { partition_key: "s-1", data: null }],
    ["where the contract has the user's id, also when it names others", { userId: "10042", friend: { userId: "7" } }],
    ["in a list of events", [{ userId: "10042" }, { sessionId: "s-1" }]],
  ])("%s", (_name, event) => {
    expect(judge(visitor, event, false)).toBe("visitor");
  });
});

describe("a refused record stays and is listed", () => {
  test.each<[string, unknown, unknown]>([
    ["when it names another user too", [{ userId: "10042" }, { userId: "7" }], [another, "userId"]],
    ["when it has another session too", [{ sessionId: "s-1" }, { sessionId: "s-9" }], [another, "sessionId"]],
    ["with a misspelt name", { usedId: 10042 }, elsewhere("usedId")],
    ["with another name", { customer: { id: "10042" } }, elsewhere("id")],
    ["with an object below the name", { userId: { S: "10042" } }, elsewhere("S")],
    ["with an event as a text", { Data: '{"userId":"10042"}', Partitionkey: "k" }, elsewhere("Data")],
    ["with the id as a part of a text", { note: "is 10042, I think" }, elsewhere("note")],
    ["when it is another user's", { userId: "7", sessionId: "s-1", friend: { userId: "10042" } }, elsewhere("userId")],
    [
      "with the partition key, when a session is named",
      { Partitionkey: "10042", Data: { sessionId: "s-9" } },
      elsewhere("Partitionkey"),
    ],
    [
      "with the id in an update of an item",
      { itemUpdate: { itemId: "10042", columns: { USER_ID: "10042" } } },
      elsewhere("USER_ID"),
    ],
    ["with a name that may be data, without the name", { "ann@example.org": "10042" }, elsewhere()],
    ["with the id as a name", { "10042": true }, elsewhere()],
    ["as a text that is no JSON", '{"sessionId":"s-1",', elsewhere()],
    ["as CSV", "view,10042,page", elsewhere()],
  ])("%s", (_name, content, expected) => {
    expect(judge(visitor, content, false)).toEqual(expected);
  });

  test.each([{ page: 100421, note: "a10042", list: ["10042_", "x-s-12"] }, '{"userId":100421,', { eventType: "View" }])(
    "but not with another word: %j",
    (content) => {
      expect(judge(visitor, content, false)).toBe("others");
    },
  );

  test("with a nesting deeper than calls can be", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(judge(visitor, deep, false)).toBe("others");
    expect(judge(visitor, deep.replace("[]", '["10042"]'), false)).toEqual(elsewhere());
  });
});

test("a number that JSON changes is known by its digits", () => {
  const text = '{"userId": 9007199254740993, "sessionId": 1.50}';
  expect(judge(visitorOf("9007199254740993"), text, false)).toBe("visitor");
  expect(judge(visitorOf("9007199254740992"), text, false)).toBe("others");
  expect(parseEvent(text)).toMatchObject({ sessionId: "1.50" });
});

describe("of a session", () => {
  test("the visitor's are those that are not the visitor's id", () => {
    const signedIn = { userId: "10042", sessionId: "s-1" };
    const own = visitorOf("10042", signedIn, signedIn, { userId: "10042", sessionId: "10042" });
    expect(listSessions(own)).toEqual(["s-1"]);
  });

  test.each(["ofUsers", "ofSeveral"] as const)("a record without a user's id is not the visitor's: %s", (kind) => {
    const shared = visitorOf("mallory", { userId: "mallory", sessionId: "10042" });
    shared[kind].add("10042");
    expect(judge(shared, { sessionId: "10042" }, true)).toBe("others");
    expect(judge(shared, { session_id: "10042" }, false)).toBe("others");
    expect(listSessions(shared)).toEqual([]);
    expect(isSessionOf(shared, "10042")).toBe(false);
  });
});

describe("an id that is missing is nobody's:", () => {
  const words = ["undefined", "null", "None", "NaN", "nil", "NULL", "<null>", "[object Object]", "", " "];
  test.each(words)("%j as the session of the visitor makes no other record the visitor's", (word) => {
    const own = visitorOf("10042", { userId: "10042", sessionId: word }, { userId: 10042 });
    expect([...own.sessions]).toEqual([]);
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
    for (const event of others) {
      for (const isTaken of [true, false]) expect(judge(own, event, isTaken), JSON.stringify(event)).toBe("others");
    }
  });
});
