/** Ways in which a part of a request becomes larger, one dimension at a time. */
import type { Choices } from "./random";
import { Raw, writeJson } from "./raw-json";

/** A way to make a part grow: to about `size` characters, with `count` elements at most. */
export interface Growth {
  readonly name: string;
  grow(part: unknown, size: number, most: number): unknown;
}

/** Characters and words that languages, patterns, paths and documents of the services give a meaning. */
const units = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
  ...["${", "${a", "${aws:userid}", " ", "\n", "\u0000", "é", "1 + ", "a OR ", "NOT ", '"a" '],
  ...". * ? % $ ( [ { \" ' \\ 9 / : - , & | ! < # a a. *a a* ?a a? ab [ab] a{0,9} (a {a".split(" "),
  ..."!{timestamp:y} <a> a, %a% $.a [0] a/ // 0, = &a=b".split(" "),
];

const brackets = [
  ...["()", "[]", "{}"].map((pair) => pair.split("")),
  ...['{"a": }', '[{"a": }]', '{"$or":[{"a":[1]}, ]}', "ABS( )", "NOT( )"].map((pair) => pair.split(" ")),
];

const repeatTo = (unit: string, size: number) => unit.repeat(Math.max(1, Math.ceil(size / unit.length)));

/** Draws a way in which a text grows; the first ways take turns. */
export function drawTextGrowth(choices: Choices, text: string, turn?: number): Growth {
  const unit = choices.pick(units) ?? "a";
  const at = choices.below(text.length + 1);
  const to = at + 1 + choices.below(Math.max(1, Math.min(20, text.length - at)));
  const [open = "(", close = ")"] = choices.pick(brackets) ?? [];
  const growths: readonly Growth[] = [
    { name: `repeats ${JSON.stringify(unit)}`, grow: (_part, size) => repeatTo(unit, size) },
    {
      name: `repeats ${JSON.stringify(unit)} at ${at}`,
      grow: (_part, size) => text.slice(0, at) + repeatTo(unit, size) + text.slice(at),
    },
    {
      name: `repeats its characters ${at} to ${to}`,
      grow: (_part, size) => text.slice(0, at) + repeatTo(text.slice(at, to) || "a", size) + text.slice(to),
    },
    {
      name: `is inside ${open} … ${close}`,
      grow(_part, size) {
        const depth = Math.ceil(size / (open.length + close.length));
        return open.repeat(depth) + text + close.repeat(depth);
      },
    },
    { name: `has ${JSON.stringify(unit)} at ${at}`, grow: () => text.slice(0, at) + unit + text.slice(to) },
    { name: "repeats itself", grow: (_part, size) => repeatTo(text || "a", size) },
  ];
  return (
    growths[turn === undefined ? choices.below(growths.length) : turn % growths.length] ?? { name: "", grow: String }
  );
}

/** Draws a way in which a list grows. */
export function drawListGrowth(choices: Choices, list: readonly unknown[]): Growth {
  const element = choices.pick(list) ?? "a";
  const numbered = choices.chance(0.7);
  return {
    name: numbered ? "has many different elements" : "has many equal elements",
    grow(_part, size, most) {
      const count = Math.min(most, Math.ceil(size / (writeJson(element).length + 1)));
      return Array.from({ length: count }, (_, i) => (numbered ? number(element, i) : element));
    },
  };
}

/** Draws a way in which a map, or an object of a document, grows. */
export function drawMapGrowth(choices: Choices, map: Readonly<Record<string, unknown>>): Growth {
  const [key = "a", value = "a"] = choices.pick(Object.entries(map)) ?? [];
  if (choices.chance(0.3)) {
    const unit = choices.pick([".", "a.", "a", "*", "$"]) ?? "a";
    return {
      name: `has a key that repeats ${JSON.stringify(unit)}`,
      grow: (_part, size) => ({ ...map, [repeatTo(unit, size)]: value }),
    };
  }
  const joint = choices.pick(["", ".", ".a."]) ?? "";
  return {
    name: `has many keys like ${JSON.stringify(`${key}${joint}1`)}`,
    grow(_part, size, most) {
      const count = Math.min(most, Math.ceil(size / (writeJson(value).length + key.length + joint.length + 9)));
      return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${key}${joint}${i}`, number(value, i)]));
    },
  };
}

/** Draws an extreme number: the work must not depend on its value. */
export function drawNumber(choices: Choices): Growth {
  const extremes = [
    "9007199254740993",
    "2147483647",
    "1e308",
    "-1",
    "9".repeat(309),
    `0.${"0".repeat(400)}1`,
    "1e-320",
  ];
  const digits = choices.pick(extremes);
  return { name: `is ${digits?.slice(0, 20)}`, grow: () => new Raw(digits ?? "0") };
}

/** Draws a way in which a part is inside many others. */
export function drawDepth(choices: Choices): Growth {
  const key = choices.pick(["a", "$or", "And", "detail", "member"]) ?? "a";
  const [open, close] = choices.pick([
    ["[", "]"],
    [`{"${key}":`, "}"],
    [`[{"${key}":`, "}]"],
  ] as const) ?? ["[", "]"];
  return {
    name: `is deep inside ${open} … ${close}`,
    grow(part, size) {
      const depth = Math.ceil(size / (open.length + close.length));
      return new Raw(open.repeat(depth) + writeJson(part) + close.repeat(depth));
    },
  };
}

/** A copy in which names are different, so that elements of a list do not exclude each other. */
function number(value: unknown, i: number): unknown {
  if (typeof value === "string") return /^[A-Za-z][\w-]{0,40}$/.test(value) ? `${value}${i}` : value;
  if (Array.isArray(value)) return value.map((inner) => number(inner, i));
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  if (value instanceof Raw) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, number(inner, i)]));
}
