import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { needs } from "./needs.ts";
import { patience } from "./patience.ts";

/** The paths of Chromium on Debian, macOS and other systems; `CHROMIUM` can name another one. */
const places = [
  process.env.CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The system's Chromium. */
const chromiumPath = places.find((path) => path !== "" && existsSync(path));
export const needsChromium = needs("Chromium", chromiumPath !== undefined);

/**
 * Starts Chromium without a window. Names in `.test` resolve to this machine, so that a page can be
 * on another site.
 */
export async function openBrowser(flags: readonly string[] = []): Promise<Browser> {
  const browser = await chromium.launch({
    timeout: patience,
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP *.test 127.0.0.1",
      ...flags,
    ],
  });
  browser.on("context", (context) => context.setDefaultTimeout(patience));
  return browser;
}
