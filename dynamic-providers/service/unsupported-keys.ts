/**
 * Finds keys of the aws provider that the dynamic providers cannot support, and says what to do
 * instead.
 */
export function findUnsupportedKeys(text: (key: string) => string | undefined): string[] {
  const certificates =
    "set the environment variables AWS_CA_BUNDLE and NODE_EXTRA_CA_CERTS to the file of certificates";
  const proxy = "run Pulumi where it reaches AWS without a proxy, or set VPC endpoints in aws:endpoints";
  const remedies = {
    assumeRoleWithWebIdentity: "set the environment variables AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE",
    customCaBundle: certificates,
    insecure: certificates,
    httpProxy: proxy,
    httpsProxy: proxy,
    noProxy: proxy,
    ignoreTags: "do not let other programs tag the resources of this stack",
    tagPolicyCompliance: "let AWS Organizations enforce its tag policies",
  };
  return Object.entries(remedies)
    .filter(([key]) => !/^(false|disabled|null|\[\]|\{\})$/.test(text(key) ?? "false"))
    .map(([key, remedy]) => `aws:${key} is not supported for Amazon Personalize. Remove it, and ${remedy}.`);
}
