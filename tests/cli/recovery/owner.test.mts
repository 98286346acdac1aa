import { describe, expect, test } from "vitest";
import { readOwner } from "../../../cli/archive/record-owner.ts";
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
  for (const event of events) learnSession(visitor, readOwner(event), known);
  return visitor;
}

/** Judges a record, which the consumer takes or has refused. */
function judge(visitor: Visitor, content: unknown, isTaken: boolean, isOfSeveralLines = false) {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const record = { line: 1, bytes: Buffer.from(text), text, value: parseRecord(text), isOfSeveralLines };
  const answer = createOwnerJudge(visitor, () => isTaken)(record);
  return typeof answer === "string" ? answer : ["listed", answer.member];
}
const listed = (member?: string) => ["listed", member];

const visitor = visitorOf("10042", { userId: "10042", sessionId: "s-1" }, { userId: "other", sessionId: "s-2" });
const update = { itemUpdate: { itemId: "10042", available: true } };

describe("a record is the visitor's, whether the consumer takes it or has refused it,", () => {
  test.each<[string, unknown]>([
    ["with the user id", { userId: "10042", sessionId: "s-9" }],
    ["with the user id as a number", { userId: 10042, sessionId: "s-9" }],
    ["with the user id, whatever other members say", { userId: "10042", friend: { userId: "7" } }],
    ["with the user id and another one in another spelling", { userId: "10042", user_id: "7" }],
    ["with the user id in another spelling", { user_id: "10042", sessionId: "s-9" }],
    ["with the user id in capital letters", { "USER-ID": 10042, SESSION_ID: "s-9" }],
    ["with a missing user id and one in another spelling", { userId: null, UserID: "10042" }],
    ["before the sign-in of the same session", { sessionId: "s-1" }],
    ["before the sign-in, with null as user id", { userId: null, sessionId: "s-1" }],
    ["before the sign-in, with the session in another spelling", { session_id: "s-1", user_id: "undefined" }],
    ["in the wrapper", { Partitionkey: "x", Data: { userId: "10042" } }],
    ["in the wrapper in another spelling", { partition_key: "x", data: { user_id: "10042" } }],
    ["as an update of the user", { userUpdate: { userId: "10042", properties: {} } }],
    ["as an update in another spelling", { "user-update": { USERID: 10042, properties: {} } }],
    ["as an update in the wrapper", { Partitionkey: "x", Data: { userUpdate: { user_id: "10042" } } }],
  ])("%s", (_name, content) => {
    for (const isTaken of [true, false]) expect(judge(visitor, content, isTaken)).toBe("visitor");
  });

  test("when the visitor never signed in, by the session id", () => {
    const anonymous = visitorOf("s-3", { sessionId: "s-3" });
    expect(judge(anonymous, { sessionId: "s-3" }, true)).toBe("visitor");
    expect(judge(anonymous, { userId: "other", sessionId: "s-3" }, true)).toBe("others");
  });
});

describe("a record with the id elsewhere is others' if the consumer takes it, and listed if not:", () => {
  test.each<[string, unknown, string?]>([
    ["an item with the same id", { itemId: "10042", sessionId: "s-9" }, "itemId"],
    ["an update of an item with the same id", update, "itemId"],
    ["the partition key of an item's update", { Partitionkey: "10042", Data: update }, "itemId"],
    ["another user in the visitor's session", { userId: "other", sessionId: "s-1" }, "sessionId"],
    ["another user's own spelling before another one", { userId: "other", user_id: "10042" }, "user_id"],
    ["two users in other spellings", { user_id: "10042", USERID: "7" }, "user_id"],
    ["a list of one id", { userId: ["10042"], sessionId: "s-2" }, "userId"],
    ["a list in the visitor's session", { userId: ["7"], sessionId: "s-1" }, "sessionId"],
    ["an object below the name", { userId: { S: "10042" } }, "S"],
    ["a list of the visitor's events", [{ userId: "10042" }], "userId"],
    ["somebody's share", { sessionId: "friend1", eventType: "Share", sharedBy: { userId: "10042" } }, "userId"],
    ["somebody's copy", { sessionId: "friend1", cc: [{ user_id: "10042" }] }, "user_id"],
    ["somebody's referrer", { sessionId: "friend1", referrer: { "user-id": "10042" } }, "user-id"],
    ["an anonymous share", { sharedBy: { userId: "10042" } }, "userId"],
    ["the partition key", { Partitionkey: "10042", Data: { sessionId: "s-9" } }, "Partitionkey"],
    ["the partition key of nobody's record", { Partitionkey: "10042", Data: { properties: {} } }, "Partitionkey"],
    ["a member beside the wrapper", { Partitionkey: "x", Data: { sessionId: "s-9" }, userId: "10042" }, "userId"],
    [
      "data of a record that names somebody",
      { sessionId: "s-9", partitionkey: 1, data: { userId: "10042" } },
      "userId",
    ],
    ["data of a record that is no wrapper", { Data: { userId: "10042" } }, "userId"],
    ["an update of somebody in a misspelt member", { sessionId: "s-9", user_update: { userId: "10042" } }, "userId"],
    ["a misspelt name", { usedId: 10042 }, "usedId"],
    ["another name", { customer: { id: "10042" } }, "id"],
    ["an event as a text", { Data: '{"userId":"10042"}', Partitionkey: "k" }, "Data"],
    ["a part of a text", { note: "is 10042, I think" }, "note"],
    ["a name that may be data", { "ann@example.org": "10042" }],
    ["a name", { "10042": true }],
    ["a member that is there twice", '{"userId":"10042","userId":"7"}'],
    ["a text that is no JSON", '{"sessionId":"s-1",'],
    ["CSV", "view,10042,page"],
  ])("%s", (_name, content, member) => {
    expect(judge(visitor, content, true)).toBe("others");
    expect(judge(visitor, content, false)).toEqual(listed(member));
  });

  test("JSON over several lines, whatever it has", () => {
    expect(judge(visitor, JSON.stringify({ userId: "10042" }, null, 1), false, true)).toEqual(listed("userId"));
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
    expect(judge(visitor, deep.replace("[]", '["10042"]'), false)).toEqual(listed());
  });
});

test("an update of an item is never the visitor's, and is listed where it has the id as a user's", () => {
  for (const isTaken of [true, false]) {
    expect(judge(visitor, { ...update, userId: "10042" }, isTaken)).toEqual(["listed", expect.any(String)]);
  }
  const own = visitorOf("10042", { ...update, userId: "10042", sessionId: "s-7" });
  expect([...own.sessions]).toEqual([]);
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
