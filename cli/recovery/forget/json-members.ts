import { isObject } from "../../stack/json";

interface Member {
  /** The nearest name; absent in a list or a value without one. */
  readonly name?: string;
  readonly value: unknown;
}

/**
 * Yields the value and all members in it, at any depth: a producer may nest deeper than calls can.
 * Members of a list have the list's name.
 */
export function* listMembers(value: unknown): Generator<Member> {
  const open: Member[] = [{ value }];
  for (let member = open.pop(); member !== undefined; member = open.pop()) {
    yield member;
    const { name, value: parent } = member;
    const ofList = name === undefined ? {} : { name };
    if (Array.isArray(parent)) for (const each of parent) open.push({ ...ofList, value: each });
    else if (isObject(parent)) {
      for (const [key, each] of Object.entries(parent)) open.push({ name: key, value: each });
    }
  }
}
