import { Parser } from "commonmark";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PreviewReport, type PreviewStep, parseReport } from "../../cli/preview/report.ts";
import { summarizePreview } from "../../cli/preview/summary.ts";

// The reports have the form that `pulumi preview --json` of CLI 3.274.1 printed for this program.

const component = "recommender:stack:Recommender$recommender:ingestion:EventIngestion";
const step = (op: string, type: string, name: string, before: object = {}, after: object = {}): PreviewStep => ({
  op,
  urn: `urn:pulumi:dev::recommender::${component}$${type}::${name}`,
  oldState: { inputs: { ...before } },
  newState: { inputs: { ...after } },
});
const mapping = (before: object, after: object) =>
  step("update", "aws:lambda/eventSourceMapping:EventSourceMapping", "events-mapping", before, after);
const summary = (report: PreviewReport) => summarizePreview("dev", report);

/** The engine's form of a secret. */
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "s3cret" };

describe("a preview's summary", () => {
  test("names each change below its component, with the values", () => {
    const report = { steps: [mapping({ batchSize: 1000, enabled: true }, { batchSize: 500, enabled: true })] };
    expect(summary({ ...report, changeSummary: { same: 140, update: 1 } })).toBe(
      "### Preview of the stack `dev`\n\n1 updated, 140 unchanged.\n\n**EventIngestion**\n\n" +
        "- ~ updated: EventSourceMapping `events-mapping`: `batchSize` `1000` → `500`\n",
    );
  });

  test("says that nothing changes", () => {
    expect(summary({ steps: [], changeSummary: { same: 150 } })).toContain(
      "No changes (150 resources, components included).",
    );
  });

  test("names a nested value by its path", () => {
    const text = summary({ steps: [mapping({ scaling: { most: 2, least: 1 } }, { scaling: { most: 5, least: 1 } })] });
    expect(text).toContain("`scaling.most` `2` → `5`");
  });

  test("prints neither secrets nor long texts", () => {
    const text = summary({ steps: [mapping({ key: secret, policy: "a".repeat(500) }, { key: "x", policy: "b" })] });
    expect(text).toContain("`key` (secret) → `x`, `policy`");
    expect(text).not.toContain("s3cret");
    expect(text).not.toContain("aaaa");
  });

  test("a change that only a secret can have names the secret, and other ones the provider's code", () => {
    const inputs = { key: secret, name: "a" };
    expect(summary({ steps: [mapping(inputs, inputs)] })).toContain("`events-mapping`: perhaps `key` (secret)\n");
    const code = summary({ steps: [mapping({ __provider: "a" }, { __provider: "b" })] });
    expect(code).toContain("`events-mapping`: code of its provider\n");
    expect(summary({ steps: [mapping({ name: "a" }, { name: "a" })] })).toContain(
      "EventSourceMapping `events-mapping`\n",
    );
  });

  test("lists replacements and deletions first", () => {
    const steps = ["create", "update", "delete", "replace"].map((op) => step(op, "aws:s3/bucket:Bucket", op));
    const order = [...summary({ steps }).matchAll(/Bucket `(\w+)`/g)].map(([, name]) => name);
    expect(order).toEqual(["replace", "delete", "create", "update"]);
  });

  test("has at most 100 lines, and counts what it leaves out", () => {
    const steps = Array.from({ length: 300 }, (_, i) => step("create", "aws:s3/bucket:Bucket", `b${i}`));
    const lines = summary({ steps }).trim().split("\n");
    expect(lines.length).toBeLessThanOrEqual(100);
    const shown = lines.filter((line) => line.startsWith("- ")).length;
    expect(lines.at(-1)).toBe(`… and ${300 - shown} more changes: the whole preview is attached to the run.`);
  });

  test("says why a preview failed, without the stack trace", () => {
    const message =
      'error: Stack "dev": 1 value is wrong\n  recommender:batchSize: must be a number\n' +
      "    at parse \u001b[90m(x.ts:1)\u001b[39m\n\u001b[90m    at Module._compile (x.ts:2)\u001b[39m";
    const text = summary({ diagnostics: [{ severity: "error", message }] });
    expect(text).toContain("**The preview failed.**");
    expect(text).toContain("recommender:batchSize: must be a number");
    expect(text).not.toContain("x.ts");
    expect(text).not.toMatch(/\\x1b|\[\d+m/);
  });

  test("repeats no warning, and leaves out where the CLI found its plugins", () => {
    const warning = (message: string) => ({ severity: "warning", message });
    const text = summary({
      diagnostics: [
        warning("warning: using pulumi-resource-aws from $PATH at /bin"),
        warning("no mails"),
        warning("no mails"),
      ],
    });
    expect(text.match(/no mails/g)).toHaveLength(1);
    expect(text).not.toContain("$PATH");
  });
});

/** The words of a comment that are not in code, and what else could do something. */
function readOutsideCode(markdown: string) {
  const walker = new Parser().parse(markdown).walker();
  const texts: string[] = [];
  const others: string[] = [];
  for (let event = walker.next(); event; event = walker.next()) {
    const { type, literal } = event.node;
    if (type === "text") texts.push(literal ?? "");
    else if (["link", "image", "html_inline", "html_block"].includes(type)) others.push(type);
  }
  return { texts: texts.join(" "), others };
}

describe("what the program's resources and messages are called", () => {
  const marks =
    "` `` ``` | <!-- @team #12 [a](http://b) ![a](http://b) http://b ** ~~~ :: $ \u202e \u001b[2J &lt; \\".split(" ");
  const spaced = ["\n", "\n\n", "- ", "# ", "> ", "    ", "<img src=x>"];
  const attack = fc.array(fc.constantFrom(...marks, ...spaced), { maxLength: 12 }).map((parts) => parts.join(""));
  const hostileStep = fc
    .record({
      op: fc.oneof(fc.constantFrom("update", "create"), attack),
      name: attack,
      type: attack,
      key: attack,
      value: attack,
    })
    .map(({ op, name, type, key, value }) => ({
      op,
      urn: `urn:pulumi:dev::recommender::${type}$${type}::${name}`,
      oldState: { inputs: { [key]: 1 } },
      newState: { inputs: { [key]: value } },
    }));
  const report = fc.record({
    steps: fc.array(hostileStep, { maxLength: 5 }),
    diagnostics: fc.array(fc.record({ severity: fc.constantFrom("error", "warning"), message: attack }), {
      maxLength: 9,
    }),
  });

  test("is only code in the comment: no markup, no mention, no link", () => {
    fc.assert(
      fc.property(attack, report, (stack, hostile) => {
        const text = summarizePreview(stack, hostile);
        const { texts, others } = readOutsideCode(text);
        expect(others).toEqual([]);
        expect(texts).not.toMatch(/@team|#12|http|<|\|/);
        expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}/u);
        expect(text.trim().split("\n").length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 500 },
    );
  });
});

test.each(["", "{}", "[]x", "[]", '{"steps": [{"op": 1}]}', '{"diagnostics": "none"}'])(
  "a file with %j is refused with the command that writes it",
  (text) => {
    expect(() => parseReport(text)).toThrow("pulumi preview --json > preview.json");
  },
);
