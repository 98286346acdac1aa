import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";
import { sendBody } from "../../account/wire/response-body";
import { begin, type Incoming, type Outgoing } from "./exchange";
import { noViews, type Views } from "./views";

interface PageFile {
  readonly type: string;
  readonly plain: Uint8Array;
  readonly gzip: Uint8Array;
  readonly brotli: Uint8Array;
}

interface PageFiles {
  /** The files by path; the names have a hash of the content, so that browsers may keep them. */
  readonly files: ReadonlyMap<string, PageFile>;
  readonly script: string;
  readonly style: string;
}

/** The bundled pages by the script's path. */
const bundled = new Map<string, Promise<PageFiles>>();

/** The page's script and style, bundled once per process, when a browser first asks. */
export function pageFiles({ page }: Pick<Views, "page">): Promise<PageFiles> {
  const found = bundled.get(page) ?? bundlePage(page);
  bundled.set(page, found);
  return found;
}

/**
 * Bundles the page now, so that the first browser does not wait for it. The request for the page
 * reports a failure.
 */
export function preparePage(views: Pick<Views, "page"> = noViews): void {
  pageFiles(views).catch(() => undefined);
}

async function bundlePage(page: string): Promise<PageFiles> {
  const { outputFiles } = await build({
    entryPoints: [page],
    bundle: true,
    minify: true,
    write: false,
    outdir: "/",
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  });
  const files = new Map<string, PageFile>();
  const add = async (extension: string, type: string): Promise<string> => {
    const content = outputFiles.find(({ path }) => path.endsWith(extension))?.contents;
    if (!content) throw new Error(`The console's page has no ${extension} file: run esbuild on ${page}.`);
    const hash = createHash("sha256").update(content).digest("base64url").slice(0, 12);
    const path = `/_console/console-${hash}${extension}`;
    files.set(path, await compress(type, content));
    return path;
  };
  return {
    script: await add(".js", "text/javascript; charset=utf-8"),
    style: await add(".css", "text/css; charset=utf-8"),
    files,
  };
}

async function compress(type: string, plain: Uint8Array): Promise<PageFile> {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  const [zipped, brotli] = await Promise.all([promisify(gzip)(plain), promisify(brotliCompress)(plain, quality)]);
  return { type, plain, gzip: zipped, brotli };
}

/**
 * The page: everything else comes from the script. The token is text of this account's own making.
 */
export const pageHtml = ({ script, style }: Pick<PageFiles, "script" | "style">, token: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="console-token" content="${token}">
<title>Local AWS account</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style}">
<script type="module" src="${script}"></script>
</head>
<body><div id="app"></div><noscript>The console needs JavaScript.</noscript></body>
</html>
`;

export function sendFile(request: Incoming, response: Outgoing, file: PageFile): Promise<void> {
  const accepted = String(request.headers["accept-encoding"] ?? "");
  const encoding = /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : undefined;
  const bytes = encoding === "br" ? file.brotli : encoding === "gzip" ? file.gzip : file.plain;
  begin(response, 200, {
    "content-type": file.type,
    "content-length": String(bytes.length),
    "cache-control": "public, max-age=31536000, immutable",
    vary: "accept-encoding",
    ...(encoding ? { "content-encoding": encoding } : {}),
  });
  return sendBody(response, bytes);
}
