/**
 * Forms of secrets that must be in no text. AWS's are those of the IAM guide ("IAM identifiers",
 * "Unique identifiers"; access keys have 20 characters, secret access keys 40), the others of the
 * services' documentation of token formats.
 */
const forms: Readonly<Record<string, RegExp>> = {
  "an access key": /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  "a secret access key": /secret_?access_?key\W{1,6}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/i,
  "a session token": /(?:session|security)_?token\W{1,6}[A-Za-z0-9/+=]{64,}/i,
  "a presigned URL": /X-Amz-Signature=[0-9a-f]{64}/,
  "a private key": /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  "a token of GitHub": /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{50,})/,
  "a token of npm": /\bnpm_[A-Za-z0-9]{36}\b/,
  "a token of Pulumi": /\bpul-[0-9a-f]{40}\b/,
  "a JSON Web Token": /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/,
  "a URL with a password": /\bhttps?:\/\/[^\s/:@"'`]+:[^\s/:@"'`]+@[\w.-]+/,
};

/** Lists what a text must not contain: secrets of a known form, and `words`. */
export function findSecrets(text: string, words: Readonly<Record<string, string>> = {}): string[] {
  const byForm = Object.entries(forms).flatMap(([what, form]) => (form.test(text) ? [what] : []));
  const byWord = Object.entries(words).flatMap(([what, word]) => (text.includes(word) ? [what] : []));
  return [...byForm, ...byWord];
}
