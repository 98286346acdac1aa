/** A regular expression that CloudWatch Logs does not take; the message is the reason. */
export class RegexError extends Error {}

const escaped = /\\(?:[dDsSwW]|x[0-7][0-9A-Fa-f]|[!-/:-@[-`{-~])/.source;
const member = `(?:${escaped}|[A-Za-z0-9_:#=@/;,^$?{}|*+.-]|\\[(?!:))`;
const count = /[*+?]|\{\d{1,4}(?:, ?\d{0,4})?\}/.source;
/** The syntax that the CloudWatch Logs user guide lists ("Supported regular expressions (regex) syntax"). */
const syntax = new RegExp(`^(?:[|^$]|(?:[A-Za-z0-9_:#=@/;,.-]|${escaped}|\\[\\^?${member}+\\])(?:${count})?)*$`);

/** Compiles the regular expression of a filter pattern. Throws RegexError. */
export function compileRegex(source: string): (text: string) => boolean {
  if (!syntax.test(source)) throw new RegexError("it has a part that the service does not support.");
  try {
    const expression = new RegExp(source.replace(/(?<=\{\d+,) (?=\d*\})/g, ""));
    return (text) => expression.test(text);
  } catch (error) {
    throw new RegexError((error as Error).message);
  }
}
