import { quoteForShell } from "../account/processes/shell-word";

/** The port of an account that is started without one. */
export const usualPort = 4566;

/** The account whose id a caller's access key names, and a Region. */
const defaults = { account: "000000000000", region: "eu-west-1" };

/**
 * The variables with which every SDK and the AWS CLI use a local account. Version 1 of the AWS CLI
 * reads only AWS_DEFAULT_REGION (botocore/configprovider.py), the JavaScript SDK only AWS_REGION.
 */
export function clientEnvironment(origin: string, region = defaults.region): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: origin,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: defaults.account,
    AWS_SECRET_ACCESS_KEY: "local",
  };
}

/** The variables with which every SDK and the AWS CLI use an account for Personalize only. */
export const personalizeEnvironment = (origin: string): Record<string, string> => ({
  AWS_ENDPOINT_URL_PERSONALIZE: origin,
  AWS_ENDPOINT_URL_PERSONALIZE_EVENTS: origin,
  AWS_ENDPOINT_URL_PERSONALIZE_RUNTIME: origin,
});

/**
 * Lines to paste into a shell, each shorter than 80 columns. A session token would belong to other
 * credentials, and with AWS_PROFILE the JavaScript SDK ignores the keys
 * (@aws-sdk/credential-provider-node).
 */
export function environmentLines(origin: string, region?: string): string[] {
  const pairs = Object.entries(clientEnvironment(origin, region)).map(
    ([name, value]) => `${name}=${quoteForShell(value)}`,
  );
  const [endpoint, ...others] = pairs;
  return [
    "unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN",
    `export ${endpoint}`,
    `export ${others.slice(0, 2).join(" ")}`,
    `export ${others.slice(2).join(" ")}`,
  ];
}

/** The same for Personalize only: the other variables are those of the other account. */
export const personalizeLines = (origin: string): string[] =>
  Object.entries(personalizeEnvironment(origin)).map(([name, value]) => `export ${name}=${quoteForShell(value)}`);

/**
 * The title of the lines. Version 1 of the AWS CLI reads AWS_ENDPOINT_URL since 1.29.0: its
 * botocore, 1.31.0, is the first that does (botocore/configprovider.py).
 */
export const environmentTitle = "For the AWS CLI (2, or 1.29 and later) and every SDK, paste into a shell:";
