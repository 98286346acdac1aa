import { Writable } from "node:stream";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { guardTerminal, trust, unguarded } from "../../cli/terminal/terminal-guard.ts";
import { hostileText } from "../support/hostile-text.mts";

let end = () => {};
afterEach(() => end());

/** A guarded terminal that keeps what is written. */
function openTerminal() {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  }) as unknown as NodeJS.WriteStream;
  end = guardTerminal([stream]);
  return { stream, written: () => chunks.join("") };
}

describe("a guarded stream", () => {
  test("prints no control character but tabs and ends of lines, and no change of direction", () => {
    const { stream, written } = openTerminal();
    fc.assert(fc.property(hostileText, (text) => void stream.write(text)));
    expect(written()).not.toMatch(/(?![\t\n]|\r\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
  });

  test("shows what it does not print", () => {
    const { stream, written } = openTerminal();
    stream.write("a\u001b]0;title\u0007 b\u009b2J \u202ec\r\nd\re\n");
    expect(written()).toBe("a\\x1b]0;title\\x07 b\\u009b2J \\u202ec\r\nd\\x0de\n");
  });

  test("guards bytes too", () => {
    const { stream, written } = openTerminal();
    stream.write(Buffer.from("Zoë \u001b[2J"));
    expect(written()).toBe("Zoë \\x1b[2J");
  });

  test("prints a JSON document that has the same values", () => {
    const { stream, written } = openTerminal();
    fc.assert(
      fc.property(fc.array(hostileText), (value) => {
        const before = written().length;
        stream.write(JSON.stringify(value));
        expect(JSON.parse(written().slice(before))).toEqual(value);
      }),
    );
  });

  test("prints trusted sequences, and not those that a text imitates", () => {
    const { stream, written } = openTerminal();
    stream.write(`${trust("\u001b[1m")}bold\u001b[0m\u001b<0123456789abcdef>1b5b316d;`);
    expect(written()).toBe("\u001b[1mbold\\x1b[0m\\x1b<0123456789abcdef>1b5b316d;");
  });

  test("can be written to without its guard by a library that moves the cursor", () => {
    const { stream, written } = openTerminal();
    unguarded(stream).write("\u001b[2K");
    expect(written()).toBe("\u001b[2K");
  });
});

test("without a guard, a trusted sequence is itself", () => {
  expect(trust("\u001b[1m")).toBe("\u001b[1m");
});
