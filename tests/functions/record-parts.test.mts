import fc from "fast-check";
import { expect, test } from "vitest";
import { keepLines, splitLines, splitRecord } from "../../functions/ingestion/record-parts.ts";

const anyLine = fc.constantFrom(
  '{"a":1}',
  "",
  " \r",
  "[",
  "]",
  "{",
  "}",
  '"a":',
  "1",
  ",",
  "text",
  "\ufeff{}",
  '{"a":[',
  "]}",
  "null",
);
const anyText = fc.array(anyLine, { maxLength: 8 }).map((lines) => lines.join("\n"));
const numbersOf = (text: string) => [...splitLines(Buffer.from(text))].map(({ number }) => number);

test("each line of a record that is not empty is in one part", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const numbers = splitRecord(Buffer.from(text)).flatMap((part) => part.numbers);
      expect(numbers.sort((a, b) => a - b)).toEqual(numbersOf(text).length === 0 ? [1] : numbersOf(text));
    }),
  );
});

test("an object on a line is a separate part, whatever is around it", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const objects = text.split("\n").flatMap((line, i) => (line === '{"a":1}' ? [[i + 1]] : []));
      const alone = splitRecord(Buffer.from(text)).filter(({ bytes }) => `${bytes}` === '{"a":1}');
      expect(alone.map(({ numbers }) => numbers)).toEqual(objects);
    }),
  );
});

test("lines that are left out leave their line breaks, so that the others keep their numbers", () => {
  fc.assert(
    fc.property(anyText, fc.array(fc.nat(9)), (text, left) => {
      const kept = keepLines(Buffer.from(text), (number) => !left.includes(number)).toString("utf8");
      expect(kept).toBe(
        text
          .split("\n")
          .map((line, i) => (left.includes(i + 1) ? "" : line))
          .join("\n"),
      );
    }),
  );
});
