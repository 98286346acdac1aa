import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { type ConvertOptions, convertFile } from "../../cli/convert/convert-file.ts";
import { useFolder } from "../support/temporary-folder.mts";

type Options = Partial<Omit<ConvertOptions, "from" | "to">>;

/** Gives each test a folder, and converts the content of a file in it. */
export function useConversion() {
  const at = useFolder();
  const converted = async (content: string | Buffer, options: Options = {}) => {
    const [from, to] = [at("in.csv"), at("out.csv")];
    writeFileSync(from, content);
    const { recognised, counts } = await convertFile({ from, to, ...options });
    return { kind: recognised.kind, ...counts, lines: readFileSync(to, "utf8").trimEnd().split("\n") };
  };
  /** Returns the message with which a file is refused, and nothing written. */
  const refused = async (content: string | Buffer, options: Options = {}): Promise<string> => {
    const { message } = await converted(content, options).then(
      () => new Error("it was converted"),
      (error: Error) => error,
    );
    expect(readdirSync(at())).toEqual(["in.csv"]);
    return message;
  };
  const linesOf = async (content: string | Buffer, options?: Options) => (await converted(content, options)).lines;
  return { at, converted, linesOf, refused };
}
