/**
 * Equivalents of the models' patterns that a regular expression of JavaScript matches in cubic or exponential time: a
 * request with one hostile value would stop the account for minutes. Each accepts exactly the same texts, in time that
 * grows with the text's length; `local/tests/hostile/patterns.test.mts` compares them and measures all other patterns.
 *
 * `(?=(.*?x))\1` takes the first `x` and never tries a later one. That changes nothing where `.*` follows: what a later
 * `x` leaves over is a part of what the first one leaves over.
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

/** A pattern as it is matched: the model's own, or its equivalent. */
export function linearPattern(pattern: string): string {
  return equivalents.get(pattern) ?? pattern;
}
