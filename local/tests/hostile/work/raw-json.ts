/** A part of a document that is written unchanged: numbers with many digits, and brackets that nest too deep to build. */
export class Raw {
  constructor(readonly text: string) {}
}

/** A text that is a document, whose parts can be replaced. */
export class DocumentText {
  constructor(readonly root: unknown) {}

  toString(): string {
    return writeJson(this.root);
  }
}

/** Writes dates as seconds and bytes as base64. */
export function writeJson(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (value instanceof DocumentText) return JSON.stringify(String(value));
  if (value instanceof Date) return String(value.getTime() / 1000);
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString("base64"));
  if (Array.isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${writeJson(inner)}`).join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}
