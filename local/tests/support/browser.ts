import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian, macOS and other systems put a Chromium; `CHROMIUM` names another one. */
const places = [
  process.env.CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The system's Chromium; tests in a browser are left out without one, and say so. */
export const chromiumPath: string | undefined = (() => {
  const found = places.find((path) => path !== "" && existsSync(path));
  if (found === undefined) console.warn("There is no Chromium on this machine: tests in a browser are left out.");
  return found;
})();

/** Starts it without a window. Names below `.test` are this machine's, so that a page can have another site's origin. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
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
    ],
  });
}
