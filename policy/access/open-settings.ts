import type { Input } from "./inputs";
import { isNarrow } from "./restrictions";

/** Describes why a setting with this name is open; undefined where it is closed. */
type Judge = (input: Input, type: string) => string | undefined;

const refuse =
  (open: (value: unknown) => boolean, why: string): Judge =>
  ({ value }) =>
    open(value) ? why : undefined;
const is =
  (...open: unknown[]) =>
  (value: unknown) =>
    open.includes(value);

const onInternet = "makes it reachable from the internet";
const withoutLogin = "lets callers in without authentication";
const forOthers = "shares it with other accounts";

/** Requests of browsers for permission come without credentials, and only `$connect` of a WebSocket can have them. */
const cannotAuthenticate = ({ httpMethod = "", routeKey = "" }: Input["holder"]) =>
  httpMethod === "OPTIONS" || /^(OPTIONS |\$disconnect$)/.test(String(routeKey));
const authorized: Judge = ({ value, holder }) =>
  value === "NONE" && !cannotAuthenticate(holder) ? withoutLogin : undefined;

/** Incoming traffic: rules below `ingress`, and the rules that are resources. */
const isIncoming = ({ path, holder }: Input, type: string) =>
  /(^|\.)ingress\./.test(path) || /IngressRule$/.test(type) || holder.type === "ingress";
const network: Judge = (input, type) =>
  typeof input.value === "string" && isIncoming(input, type) && !isNarrow(input.value)
    ? `allows traffic from ${input.value}`
    : undefined;

/** Settings of each behaviour of a CloudFront distribution: they decide who may read. */
const behaviour: Judge = ({ holder }) =>
  [holder.trustedKeyGroups, holder.trustedSigners].some((list) => Array.isArray(list) && list.length > 0)
    ? undefined
    : "publishes the origin (no trustedKeyGroups)";

/** Inputs by their names, which mean the same wherever the provider has them. */
const byName: Readonly<Record<string, Judge>> = {
  acl: refuse(is("public-read", "public-read-write", "authenticated-read"), "is public"),
  uri: refuse((value) => /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/.test(String(value)), "is everyone"),
  blockPublicAcls: refuse(is(false), "allows public access"),
  blockPublicPolicy: refuse(is(false), "allows public access"),
  ignorePublicAcls: refuse(is(false), "allows public access"),
  restrictPublicBuckets: refuse(is(false), "allows public access"),
  authorization: authorized,
  authorizationType: authorized,
  authType: authorized,
  authenticationType: refuse(is("API_KEY"), withoutLogin),
  allowUnauthenticatedIdentities: refuse(is(true), withoutLogin),
  publiclyAccessible: refuse(is(true), onInternet),
  isPubliclyAccessible: refuse(is(true), onInternet),
  publicConnectivity: refuse(is(true), onInternet),
  associatePublicIpAddress: refuse(is(true), onInternet),
  assignPublicIp: refuse(is(true), onInternet),
  internal: refuse(is(false), onInternet),
  scheme: refuse(is("internet-facing"), onInternet),
  cidrBlocks: network,
  ipv6CidrBlocks: network,
  cidrIpv4: network,
  cidrIpv6: network,
  viewerProtocolPolicy: behaviour,
  allowExternalPrincipals: refuse(is(true), forOthers),
  sharedAccounts: refuse((value) => typeof value === "string", forOthers),
  accountIds: refuse((value) => /^all$/i.test(String(value)), forOthers),
  // Snapshots and images in general.
  state: refuse(is("unblocked"), "allows public sharing"),
};

/** Settings without which a kind of resource is open. */
const needed: readonly [type: RegExp, names: readonly string[]][] = [
  [
    /:(Bucket|Account)PublicAccessBlock$/,
    ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
  ],
  [/:LoadBalancer$/, ["internal"]],
  [/^aws:apigatewayv2\/route:/, ["authorizationType"]],
];

/** Kinds of resources that exist to open something. */
const opening: readonly [type: RegExp, why: string][] = [
  [/:(AmiLaunchPermission|SnapshotCreateVolumePermission)$/, forOthers],
  [/:BucketWebsiteConfiguration(V2)?$/, "serves objects that everyone may read"],
  [/^aws:ecrpublic\/repository:/, "publishes images"],
];

/** Returns true when an input that is not known yet could open the resource. */
export const isOpenSetting = (path: string) => path.split(".").some((name) => Object.hasOwn(byName, name));

/** Describes what opens a resource to everyone, other than policies. */
export function findOpenSettings(type: string, inputs: readonly Input[]): string[] {
  const settings = inputs.flatMap((input) => {
    const why = Object.hasOwn(byName, input.name) ? byName[input.name]?.(input, type) : undefined;
    return why === undefined ? [] : [`${input.path}: ${JSON.stringify(input.value)} ${why}`];
  });
  const set = new Set(inputs.map(({ path }) => path));
  const missing = needed
    .filter(([kind]) => kind.test(type))
    .flatMap(([, names]) => names.filter((name) => !set.has(name)).map((name) => `${name}: is not set, which is open`));
  const kinds = opening.filter(([kind]) => kind.test(type)).map(([, why]) => `${type}: ${why}`);
  return [...settings, ...missing, ...kinds];
}
