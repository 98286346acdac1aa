import type { Command } from "commander";

/** Options that npm has as well: its own settings set their variables, too. */
const ofNpm = ["--json", "--yes"];

/**
 * Refuses options that npm kept: of `npm start --port 1`, which lacks the `--`, a script gets only the value. npm 11 tells by
 * a variable which options it took.
 */
export function refuseOptionsOfNpm(command: Command): void {
  if (process.env.npm_lifecycle_event !== command.name()) return;
  const variables = new Set(Object.keys(process.env));
  const kept = command.options.flatMap(({ long }) => {
    const variable = `npm_config_${long?.slice(2).replaceAll("-", "_")}`;
    return long && !ofNpm.includes(long) && variables.has(variable) ? [long] : [];
  });
  if (kept.length === 0) return;
  const npm = command.name() === "start" ? "npm start" : `npm run ${command.name()}`;
  command.error(`error: npm kept ${kept.join(" and ")}. Put -- before the options: ${npm} -- ${kept.join(" ")} …`);
}
