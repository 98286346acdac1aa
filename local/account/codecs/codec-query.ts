import { dictionary } from "../aws/record";
import type { Member, Shape } from "../model/schema";
import { readText } from "./codec-xml";

/** A form such as `Attributes.entry.1.key=x` as a tree. */
interface Tree {
  value?: string;
  readonly children: Map<string, Tree>;
}

/**
 * Reads the form body of the Query protocol (SNS, IAM, STS) by the shape of the operation's input.
 */
export function readQuery(shape: Shape, form: URLSearchParams, floats = false): unknown {
  const root: Tree = { children: new Map() };
  for (const [key, value] of form) {
    let node = root;
    for (const part of key.split(".")) {
      let next = node.children.get(part);
      if (!next) {
        next = { children: new Map() };
        node.children.set(part, next);
      }
      node = next;
    }
    node.value = value;
  }
  return readTree(shape, root, { path: "", floats });
}

/** `X.1`, `X.2`, … in order of their numbers. */
function numbered(node: Tree): Tree[] {
  return [...node.children]
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

interface Position {
  readonly path: string;
  readonly floats: boolean;
}

function readTree(shape: Shape, node: Tree, position: Position, traits: Member["traits"] = {}): unknown {
  const { path } = position;
  const at = (inner: string): Position => ({ ...position, path: inner });
  switch (shape.kind) {
    case "structure":
    case "union": {
      const result: Record<string, unknown> = {};
      for (const [name, member] of shape.members) {
        const child = node.children.get(member.traits.xmlName ?? name);
        if (child) result[name] = readTree(member.shape, child, at(path ? `${path}.${name}` : name), member.traits);
      }
      return result;
    }
    case "list": {
      const holder = traits.xmlFlattened ? node : node.children.get(shape.element.traits.xmlName ?? "member");
      return holder
        ? numbered(holder).map((child, i) => readTree(shape.element.shape, child, at(`${path}[${i}]`)))
        : [];
    }
    case "map": {
      const holder = traits.xmlFlattened ? node : node.children.get("entry");
      const entries = holder ? numbered(holder) : [];
      return dictionary(
        entries.map((entry) => {
          const key = entry.children.get(shape.key.traits.xmlName ?? "key")?.value ?? "";
          const value = entry.children.get(shape.value.traits.xmlName ?? "value");
          return [key, value && readTree(shape.value.shape, value, at(`${path}.${key}`))] as const;
        }),
      );
    }
    default:
      return node.value === undefined ? undefined : readText(shape, node.value, path, position.floats);
  }
}
