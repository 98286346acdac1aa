import { useEffect, useRef, useState } from "preact/hooks";

/** `#/view/detail?stack=name&name=value`: a link to it shows the same again. */
export interface Address {
  readonly view: string;
  /** The text behind the view's name, decoded. */
  readonly detail: string;
  readonly selected: URLSearchParams;
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const split = (hash: string): [path: string, selected: URLSearchParams] => {
  const [path = "", ...rest] = hash.split("?");
  return [path, new URLSearchParams(rest.join("?"))];
};

/** Returns a hash with a stack in it, instead of another one. */
function withStack(hash: string, stack: string): string {
  const [path, selected] = split(hash);
  selected.set("stack", stack);
  return `${path || "#/"}?${selected}`;
}

/** The selection in a hash, `#/view?name=value`. */
export const selectedIn = (hash: string): URLSearchParams => split(hash)[1];

const stackOf = (hash: string) => selectedIn(hash).get("stack") ?? undefined;

/**
 * Follows the page's address. A stack that is in it stays in it: the links to the views name none.
 */
export function useAddress(): Address & { readonly stack: string | undefined; chooseStack(name: string): void } {
  const stack = useRef<string | undefined>(undefined);
  const read = () => {
    stack.current = stackOf(location.hash) ?? stack.current;
    if (stack.current !== undefined) history.replaceState(null, "", withStack(location.hash, stack.current));
    return location.hash;
  };
  const [hash, setHash] = useState(read);
  useEffect(() => {
    const change = () => setHash(read());
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  const [path, selected] = split(hash);
  const [, view = "", ...detail] = path.split("/");
  return {
    view,
    detail: decodePart(detail.join("/")),
    selected,
    stack: stackOf(hash),
    chooseStack(name) {
      location.hash = withStack(location.hash, name);
    },
  };
}
