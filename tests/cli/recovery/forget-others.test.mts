// `forget` changes no byte of others' records, whatever their members are called, and although the
// members' values are equal to the visitor's id.
import fc from "fast-check";
import { expect, test } from "vitest";
import { forget } from "../../../cli/recovery/forget/forget.ts";
import { check } from "../../faults/property.mts";
import { usePrinted } from "../../support/printed-lines.mts";
import { compoundNames } from "./compound-names.mts";
import { archiveKey, failedBatch, quarantined, quarantineKey, stack, useRecoveryStage } from "./recovery-stage.mts";

const printed = usePrinted();
const stage = await useRecoveryStage();

/** Short ones, one that is the beginning of another, and characters that texts escape. */
const ids = ["2", "10042", "100", "s", 'a "b"', "line\nend", "u-1", "é", "user", "id"];

const name = fc.constantFrom(...compoundNames);
const member = fc.record({
  name,
  form: fc.constantFrom("text", "number", "nested", "list", "list of objects", "words"),
});
const other = fc.record({
  members: fc.array(member, { minLength: 1, maxLength: 25 }),
  hasUser: fc.boolean(),
  kind: fc.constantFrom("valid", "valid", "valid", "wrong type", "no session", "cut", "text", "array", "item update"),
  isWrapped: fc.boolean(),
  /** In a record that the consumer takes, only the contract's places count. */
  hasNestedUserId: fc.boolean(),
});
type Other = typeof other extends fc.Arbitrary<infer T> ? T : never;

function toMember({ name: key, form }: Other["members"][number], id: string): [string, unknown] {
  const value = /^\d+$/.test(id) ? Number(id) : id;
  const forms: Record<string, unknown> = {
    text: id,
    number: value,
    nested: { [key]: value, name: id },
    list: [id, value],
    "list of objects": [{ [key]: id }, { id }],
    words: `seen with ${id} and others`,
  };
  return [key, forms[form]];
}

let marks = 0;
function toText({ members, hasUser, kind, isWrapped, hasNestedUserId }: Other, id: string): string {
  const own = {
    ...Object.fromEntries(members.map((each) => toMember(each, id))),
    ...(hasNestedUserId && kind === "valid" && { friend: { userId: id, session_id: id } }),
    ...(hasUser && { userId: "somebody" }),
    mark: ++marks,
  };
  const event = { ...own, sessionId: `other-${marks % 3}`, eventType: "DetailView", itemId: "i-1" };
  const bodies: Record<string, unknown> = {
    valid: { ...event, ...(hasUser ? {} : { userId: null }), eventId: `e-${marks}`, eventValue: null, timestamp: null },
    "wrong type": { ...event, eventType: "Unknown" },
    "no session": { ...own, eventType: "DetailView", itemId: "i-1" },
    array: [event],
    "item update": { ...own, itemUpdate: { itemId: id, columns: { [members[0]?.name ?? ""]: id, USER_ID: id } } },
  };
  if (kind === "text") return `user ${id} saw page ${id}; ${members.map((each) => `${each.name}=${id}`).join(" & ")}`;
  const body = kind === "cut" ? event : bodies[kind];
  const text = JSON.stringify(isWrapped ? { Partitionkey: "other-key", Data: body } : body);
  return (kind === "cut" ? text.slice(0, -2) : text).replaceAll("\n", " ");
}

let run = 0;
test("`forget` changes no byte of others' records, however the members with the visitor's id are called", async () => {
  await check(
    12,
    fc.record({ others: fc.array(other, { minLength: 12, maxLength: 40 }), id: fc.constantFrom(...ids) }),
    async ({ others, id }) => {
      for (const place of ["archive", "quarantine"] as const) await stage.empty(place);
      const time = stage.account.clock.now();
      const texts = others.map((each) => toText(each, id));
      const visitor = JSON.stringify({ userId: id, sessionId: `own ${run}`, eventType: "DetailView", itemId: "i-1" });
      const batch = (some: readonly string[]) =>
        failedBatch(
          some.map((text, i) => ({ text, id: `${run}-${i}` })),
          time,
        );
      const archive = archiveKey(time);
      await stage.write("archive", archive, `${texts.join("\n")}\n`);
      await stage.write("archive", archive, `${texts.join("\n")}\n${visitor}\n`);
      await stage.write("quarantine", `aws/lambda/m/${++run}`, batch(texts));
      await stage.write("quarantine", "errors/notes.txt", `${id} was here\n`);
      for (const [i, text] of texts.entries()) {
        await stage.write("quarantine", quarantineKey(time), quarantined(text, `${run}-${i}`, time));
      }
      const before = await stage.readAll("quarantine");
      await stage.agree();

      expect(await forget({ stack, user: id, yes: true, json: true }, stage.options)).toBe(true);
      expect(JSON.parse(printed.out.at(-1) ?? "").erased).toEqual({
        archive: { objects: 1, records: 1, oldVersions: 0 },
      });
      expect(await stage.readAll("quarantine")).toEqual(before);
      const [older, kept] = (await stage.readAll("archive"))[archive] ?? [];
      expect(older).toBe(`${texts.join("\n")}\n`);
      expect(kept).toBe(`${texts.join("\n")}\n\n`);
    },
  );
});
