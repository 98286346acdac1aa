import { type Input, unknown } from "../inputs";
import { isNarrow } from "./restrictions";

/** Describes why a setting with this name is open; undefined where it is closed. */
type Judge = (input: Input, kind: string) => string | undefined;

const refuse =
  (open: (value: unknown) => boolean, why: string): Judge =>
  ({ value }) =>
    open(value) ? why : undefined;
const isOff = (value: unknown) => value === null || String(value) === "false";

/** Incoming traffic: rules below `ingress`, and the rules that are resources. */
const isIncoming = ({ path, holder }: Input, kind: string) =>
  /(^|\.)ingress\./.test(path) || /IngressRule$/.test(kind) || holder.type === "ingress";
const network: Judge = (input, kind) =>
  typeof input.value === "string" && isIncoming(input, kind) && !isNarrow(input.value)
    ? `allows traffic from ${input.value}`
    : undefined;

/** Inputs of buckets, functions and security groups by their names. */
const byName: Readonly<Record<string, Judge>> = {
  acl: refuse((value) => /^(public-|authenticated-read)/.test(String(value)), "is public"),
  uri: refuse((value) => /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/.test(String(value)), "is everyone"),
  blockPublicAcls: refuse(isOff, "allows public access"),
  blockPublicPolicy: refuse(isOff, "allows public access"),
  ignorePublicAcls: refuse(isOff, "allows public access"),
  restrictPublicBuckets: refuse(isOff, "allows public access"),
  publiclyAccessible: refuse((value) => String(value) === "true", "lets the internet connect"),
  authorizationType: refuse((value) => value === "NONE", "lets callers in without authentication"),
  cidrBlocks: network,
  ipv6CidrBlocks: network,
  cidrIpv4: network,
  cidrIpv6: network,
};

/** Without one of these a bucket or an account is open. */
const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

/** Returns true when an input that is not known yet could open the resource. */
export const isOpenSetting = (path: string) => path.split(".").some((name) => Object.hasOwn(byName, name));

/** Describes what opens a resource to everyone, other than policies. */
export function findOpenSettings(kind: string, inputs: readonly Input[]): string[] {
  const website = inputs.find(({ path, value }) => path === "website" && value && value !== unknown);
  if (kind === "s3/BucketWebsiteConfiguration" || (kind === "s3/Bucket" && website))
    return [`${kind}: serves objects that everyone may read`];
  const settings = inputs.flatMap((input) => {
    const why = Object.hasOwn(byName, input.name) ? byName[input.name]?.(input, kind) : undefined;
    return why === undefined ? [] : [`${input.path}: ${JSON.stringify(input.value)} ${why}`];
  });
  const needed = /^s3\/(Bucket|Account)PublicAccessBlock$/.test(kind) ? blocks : [];
  const set = new Set(inputs.map(({ path }) => path));
  const missing = needed.filter((name) => !set.has(name)).map((name) => `${name}: is not set, which is open`);
  return [...settings, ...missing];
}
