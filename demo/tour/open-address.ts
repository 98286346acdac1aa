import { spawn } from "node:child_process";

/** The programs that open an address in the user's browser. */
const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  win32: ["explorer.exe"],
};

/** Opens an address in the browser. Returns whether there is a program that did. */
export async function openAddress(
  address: string,
  opener = openers[process.platform] ?? ["xdg-open"],
): Promise<boolean> {
  const [program, ...options] = opener;
  return new Promise((resolve) => {
    // Without this process's terminal: xdg-open falls back to browsers that draw in it.
    const child = spawn(program, [...options, address], { stdio: "ignore", detached: true });
    child.once("error", () => resolve(false));
    // Explorer ends with 1 also when it opened the address.
    child.once("exit", (code) => resolve(code === 0 || process.platform === "win32"));
    child.unref();
  });
}
