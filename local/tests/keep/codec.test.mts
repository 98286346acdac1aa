import { expect, test } from "vitest";
import { Content } from "../../account/endpoint/content.ts";
import { decode, encode } from "../../account/keep/codec.ts";
import { keptAs, restoreKept } from "../../account/keep/kept.ts";

const noFiles = {
  write: () => {
    throw new Error("no file was expected");
  },
  pathOf: () => "",
  note: () => {},
};
const roundTrip = <T,>(value: T): T => decode(encode(value, noFiles), noFiles) as T;

test("plain data come back as they were", () => {
  const value = {
    map: new Map<unknown, unknown>([
      ["a", 1n],
      [{ key: true }, [undefined, null, Number.NaN, -0]],
    ]),
    set: new Set(["x", new Date(5)]),
    bytes: Buffer.from("bytes"),
    numbers: Float64Array.of(0.1, 2),
    absent: undefined,
  };
  expect(roundTrip(value)).toEqual(value);
});

test("a key named __proto__ stays a key", () => {
  const value = JSON.parse('{"__proto__": {"polluted": true}}');
  const kept = roundTrip(value);
  expect(Object.keys(kept)).toEqual(["__proto__"]);
  expect(kept.polluted).toBeUndefined();
});

test("what was one object stays one, and circles are closed", () => {
  const shared = { name: "shared" };
  const value = { one: shared, other: [shared], self: {} as unknown };
  value.self = value;
  const kept = roundTrip(value);
  expect(kept.other[0]).toBe(kept.one);
  expect(kept.self).toBe(kept);
});

test("bytes that were read keep nothing else in memory", () => {
  const kept = roundTrip({ large: new Uint8Array(100_000), small: Float64Array.of(1) });
  expect(kept.small.buffer.byteLength).toBe(8);
});

class Node {
  #next: Node | undefined;
  constructor(next?: Node) {
    this.#next = next;
  }
  get next() {
    return this.#next;
  }
  point(next: Node) {
    this.#next = next;
  }
  [keptAs]() {
    return ["test node", { next: this.#next }] as const;
  }
  static restore(node: Node, { next }: { next: Node | undefined }) {
    node.#next = next;
  }
}
restoreKept("test node", { make: () => new Node(), fill: Node.restore });

test("an instance is restored as one, also if it contains itself", () => {
  const first = new Node();
  const second = new Node(first);
  first.point(second);
  const [kept, same] = roundTrip([first, first]);
  expect(kept).toBeInstanceOf(Node);
  expect(same).toBe(kept);
  expect(kept?.next?.next).toBe(kept);
});

test.each([
  ["a function", () => 1, "rules / a / timer is a function"],
  ["an unknown class", new URL("http://a.test/"), "rules / a / timer is an instance of URL"],
  ["a promise", Promise.resolve(), "rules / a / timer is an instance of Promise"],
  ["a symbol", Symbol("s"), "rules / a / timer is a symbol"],
])("%s is refused with its place", (_what, timer, place) => {
  const state = { rules: new Map([["a", { timer }]]) };
  expect(() => encode(state, noFiles)).toThrow(`The account's state cannot be kept: ${place}.`);
});

test("a short content is a part of the state, a long one a file that is written once", () => {
  const written = new Map<string, Buffer>();
  const files = {
    ...noFiles,
    write(_id: object, pieces: () => Iterable<Uint8Array>) {
      written.set("file", Buffer.concat([...pieces()]));
      return "file";
    },
  };
  const long = Buffer.alloc(100_000, "long");
  const bytes = encode([Content.of("short"), Content.of(long)], files);
  expect(written.get("file")).toEqual(long);
  expect(bytes.length).toBeLessThan(1_000);
  const [short, kept] = decode(bytes, files) as Content[];
  expect(short?.toString()).toBe("short");
  expect(kept?.size).toBe(100_000);
});
