/**
 * Equivalents of the models' patterns that JavaScript's regular expressions match in cubic or exponential time: one
 * hostile value would block the account for minutes. Each accepts exactly the same texts, in time that is linear in the
 * text's length; `local/tests/hostile/patterns.test.mts` compares them and measures all other patterns.
 *
 * `(?=(.*?x))\1` matches up to the first `x` and never tries a later one. Where `.*` follows, the result is the same: the
 * rest behind a later `x` is a part of the rest behind the first one.
 */
const equivalents: ReadonlyMap<string, string> = new Map([
  // EventBridge: names, passwords and header values of a connection.
  [
    "^[ \\t]*[^\\x00-\\x1F:\\x7F]+([ \\t]+[^\\x00-\\x1F:\\x7F]+)*[ \\t]*$",
    "\\t*[^\\x00-\\x1F:\\x7F][^\\x00-\\x08\\x0A-\\x1F:\\x7F]*",
  ],
  ["^[ \\t]*[\\x20-\\x7E]+([ \\t]+[\\x20-\\x7E]+)*[ \\t]*$", "\\t*[\\x20-\\x7E][\\t\\x20-\\x7E]*"],
  // Kinesis: ARNs of streams, of resources with a policy and of consumers.
  ["arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+", "arn:aws(?=(.*?:kinesis:))\\1.*:\\d{12}:stream/\\S+"],
  ["arn:aws.*:kinesis:.*:\\d{12}:.*stream/\\S+", "arn:aws(?=(.*?:kinesis:))\\1(?=(.*?:\\d{12}:))\\2.*stream/\\S+"],
  [
    "^(arn):aws.*:kinesis:.*:\\d{12}:.*stream\\/[a-zA-Z0-9_.-]+\\/consumer\\/[a-zA-Z0-9_.-]+:[0-9]+",
    "arn:aws(?=(.*?:kinesis:))\\1(?=(.*?:\\d{12}:))\\2.*stream/[a-zA-Z0-9_.-]+/consumer/[a-zA-Z0-9_.-]+:[0-9]+",
  ],
  // Personalize Events: the source of an attributed event.
  ["^[\\x20-\\x7E]*[\\x21-\\x7E]+[\\x20-\\x7E]*$", " *[\\x21-\\x7E][\\x20-\\x7E]*"],
]);

/** The pattern to match with: the model's pattern, or its equivalent. */
export function linearPattern(pattern: string): string {
  return equivalents.get(pattern) ?? pattern;
}
