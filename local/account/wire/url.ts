/**
 * A request's target without the address that the client of a proxy writes before it. Terraform's
 * provider needs a proxy for S3 Control, whose clients write an account's id before the host: no
 * such name resolves.
 */
export function withoutAddress(url: string, host: string | undefined): string {
  const address = `http://${host}`;
  return url.startsWith(`${address}/`) ? url.slice(address.length) : url;
}

/** The path of a request's target, still percent-encoded, and its query. */
export function splitTarget(url: string): { readonly path: string; readonly query: URLSearchParams } {
  const at = url.indexOf("?");
  return at < 0
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) };
}
