/** The message of a log event. Its JSON is read only if a pattern asks for it. */
export class LogLine {
  readonly message: string;
  #document: { readonly root: unknown } | undefined;

  constructor(message: string) {
    this.message = message;
  }

  /**
   * The JSON in the message, perhaps behind a prefix, as Lambda's text format writes one; undefined
   * if there is none.
   */
  get document(): unknown {
    this.#document ??= { root: readJson(this.message) };
    return this.#document.root;
  }
}

function readJson(message: string): unknown {
  const start = message.indexOf("{");
  if (start === -1) return undefined;
  try {
    return JSON.parse(message.slice(start));
  } catch {
    return undefined;
  }
}
