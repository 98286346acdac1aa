import fc from "fast-check";
import { expect, test } from "vitest";
import { Content } from "../../account/content/content.ts";
import { fixedItems, hasFixedItems, keptAs, keptLater, restoreKept } from "../../account/content/kept.ts";
import { captureState } from "../../account/keep/capture.ts";
import { Decoder } from "../../account/keep/decode.ts";
import { encode, pieceSize } from "../../account/keep/encode.ts";

const noFiles = {
  nameOf: () => {
    throw new Error("no file was expected");
  },
  pathOf: () => "",
  note: () => {},
};

/** `between` runs after each piece, and once after the moment of the save. */
function write(values: Record<string, unknown>, files = noFiles, between = () => {}): Map<string, Buffer> {
  const { parts } = captureState(Object.entries(values), files);
  between();
  const bytes = new Map<string, Buffer>();
  for (const [name, tape] of parts) {
    const pieces: Buffer[] = [];
    for (const piece of encode(tape, files, name)) {
      if (piece instanceof Uint8Array) pieces.push(Buffer.from(piece));
      between();
    }
    bytes.set(name, Buffer.concat(pieces));
  }
  return bytes;
}

function read(parts: ReadonlyMap<string, Uint8Array>, files = noFiles): Record<string, unknown> {
  const decoder = new Decoder();
  const values = [...parts].map(([name, bytes]) => [name, decoder.read(name, bytes, files)]);
  decoder.finish();
  return Object.fromEntries(values);
}

const roundTrip = <T,>(value: T): T => read(write({ value })).value as T;

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

test("every value that plain data can have comes back, also in texts, numbers and keys that are unusual", () => {
  const anything = fc.anything({
    maxDepth: 4,
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withNullPrototype: true,
    withUnicodeString: true,
    key: fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  });
  fc.assert(
    fc.property(anything, (value) => {
      expect(roundTrip([value, fixedItems([value])])).toStrictEqual([value, [value]]);
    }),
    { numRuns: 500 },
  );
});

test("a long text, long bytes and a large collection come back", () => {
  const value = {
    text: "ä".repeat(300_000),
    wide: "\ud800".repeat(100_000),
    bytes: Buffer.alloc(1_000_000, "bytes"),
    map: new Map(Array.from({ length: 50_000 }, (_, i) => [`key ${i}`, { i }])),
    wideObject: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`a key of a table ${i}`, i])),
  };
  expect(roundTrip(value)).toEqual(value);
});

test("a key named __proto__ stays a key", () => {
  const value = JSON.parse('{"__proto__": {"polluted": true}}');
  const kept = roundTrip(value);
  expect(Object.keys(kept)).toEqual(["__proto__"]);
  expect(kept.polluted).toBeUndefined();
});

test("an object without a prototype has none afterwards", () => {
  const kept = roundTrip([Object.assign(Object.create(null), { a: 1 }), { a: 1 }]);
  expect(kept.map((each) => Object.getPrototypeOf(each))).toEqual([null, Object.prototype]);
});

test("what was one object stays one, and circles are closed", () => {
  const shared = { name: "shared" };
  const numbers = Float64Array.of(1, 2);
  const value = { one: shared, other: [shared], numbers, same: [numbers], self: {} as unknown };
  value.self = value;
  const kept = roundTrip(value);
  expect(kept.same[0]).toBe(kept.numbers);
  expect(kept.other[0]).toBe(kept.one);
  expect(kept.self).toBe(kept);
});

test("a part refers to objects of the parts before it", () => {
  const shared = { name: "shared", back: {} as unknown };
  shared.back = [shared];
  const kept = read(write({ first: { list: [shared] }, second: new Map([[shared, shared.back]]) })) as {
    first: { list: (typeof shared)[] };
    second: Map<typeof shared, unknown>;
  };
  const [found] = kept.first.list;
  expect([...kept.second]).toEqual([[found, found?.back]]);
  expect([...kept.second.keys()][0]).toBe(found);
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
    return ["test node", { next: this.#next, inMap: new Map([[this.#next, this.#next]]) }] as const;
  }
  static restore(node: Node, { next, inMap }: { next: Node | undefined; inMap: Map<unknown, unknown> }) {
    expect(inMap.get(next)).toBe(next);
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

class Picture {
  constructor(readonly pixels: readonly number[]) {}
  [keptAs]() {
    return ["test picture", { pixels: this.pixels }] as const;
  }
  [keptLater]() {
    return undefined;
  }
}
restoreKept("test picture", { make: ({ pixels }: { pixels: number[] }) => new Picture(pixels) });

test("an instance that never changes is one as well, and what follows it keeps its references", () => {
  const picture = new Picture([1, 2]);
  const after = { after: true };
  const kept = roundTrip([picture, picture, after, after]);
  expect(kept[0]).toEqual(picture);
  expect(kept[1]).toBe(kept[0]);
  expect(kept[3]).toBe(kept[2]);
});

test.each([
  ["a function", () => 1, "state / a / timer is a function"],
  ["an unknown class", new URL("http://a.test/"), "state / a / timer is an instance of URL"],
  ["a promise", Promise.resolve(), "state / a / timer is an instance of Promise"],
  ["a symbol", Symbol("s"), "state / a / timer is a symbol"],
])("%s is refused with its place", (_what, timer, place) => {
  const state = new Map([["a", { timer }]]);
  expect(() => write({ state })).toThrow(`The account's state cannot be kept: ${place}.`);
});

test("what is nested without end is refused, and so is an instance that can change among items that cannot", () => {
  const item: Record<string, unknown> = {};
  item.self = item;
  expect(() => write({ state: fixedItems([item]) })).toThrow("nested deeper than 2000 levels");
  expect(() => write({ state: fixedItems([new Node()]) })).toThrow("an instance that can change");
});

test("a short content is a part of the state, a long one a file", () => {
  const files = { ...noFiles, nameOf: () => "file" };
  const long = Buffer.alloc(100_000, "long");
  const bytes = write({ contents: [Content.of("short"), Content.of(long)] }, files as never);
  expect(bytes.get("contents")?.length).toBeLessThan(1_000);
  const [short, kept] = read(bytes, files as never).contents as Content[];
  expect(short?.toString()).toBe("short");
  expect(kept?.size).toBe(100_000);
});

test("the moment of a save takes as many steps for many items that never change as for few", () => {
  const steps = (count: number) => {
    const item = (i: number) => ({ id: i, text: `text ${i}`, tags: new Map([["a", [i]]]) });
    const items = Array.from({ length: count }, (_, i) => item(i));
    const state = {
      list: fixedItems(items),
      map: fixedItems(new Map(items.map((each) => [each.id, each]))),
      set: fixedItems(new Set(items)),
    };
    return captureState([["state", state]], noFiles).parts.get("state")?.length;
  };
  expect(steps(10_000)).toBe(steps(10));
});

test("a collection of items that never change is one afterwards", () => {
  const kept = roundTrip([fixedItems([{ a: 1 }]), [{ a: 1 }]]);
  expect(kept.map(hasFixedItems)).toEqual([true, false]);
});

test("after the moment of a save, at most 64 KiB are encoded before others go on", () => {
  const state = { texts: Array.from({ length: 20_000 }, (_, i) => `${i} `.repeat(30)), bytes: Buffer.alloc(500_000) };
  const tape = captureState([["state", state]], noFiles).parts.get("state");
  const sizes = tape ? Array.from(encode(tape, noFiles), (piece) => (piece as Uint8Array).length) : [];
  expect(Math.max(...sizes)).toBeLessThanOrEqual(pieceSize);
  // Neither are there many small ones, after each of which others go on.
  expect(sizes.length).toBeLessThan((2 * sizes.reduce((sum, size) => sum + size, 0)) / pieceSize);
});

/** Changes to a state while its save is written: by a random number each, which says what and where. */
function change(state: ReturnType<typeof createState>, random: number): void {
  const place = random % 7;
  state.map.set(`key ${place}`, { count: random });
  state.map.delete(`key ${(place + 3) % 7}`);
  state.list.splice(place, 1, random, { random });
  state.object.nested.push(random);
  state.object.text = String(random);
  state.set.delete(state.list[0]);
  state.set.add(random);
  state.date.setTime(random);
  state.records.push({ id: random });
  state.byId.set(random, { id: random });
  if (random % 2 === 0) state.records.shift();
}

const createState = () => ({
  // Long enough for several pieces.
  filling: Array.from({ length: 3_000 }, (_, i) => `${i}`.padStart(60)),
  map: new Map<string, unknown>([["key 1", { count: 0 }]]),
  list: [1, 2, 3] as unknown[],
  object: { nested: [1], text: "text" },
  set: new Set<unknown>([1]),
  date: new Date(1),
  records: fixedItems(Array.from({ length: 2_000 }, (_, id) => ({ id, text: "text ".repeat(10) }) as { id: number })),
  byId: fixedItems(new Map([[1, { id: 1 }]])),
});

test("what is saved is the state of one moment, whatever changes while it is written", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 1_000 }), { minLength: 1 }), (changes) => {
      const states = { first: createState(), second: createState() };
      for (const each of changes.slice(0, 3)) change(states.first, each);
      const expected = structuredClone(states);
      let at = 0;
      const between = () => {
        const random = changes[at++ % changes.length] ?? 0;
        for (const state of Object.values(states)) change(state, random);
      };
      expect(read(write(states, noFiles, between))).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});
