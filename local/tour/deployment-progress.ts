import type { DeployMessage } from "../pulumi/deploy-program";

/**
 * Shows the progress of a deployment: on a terminal in one line that is overwritten, elsewhere one line for each resource
 * that takes longer than a second (imports, trainings, campaigns).
 */
export function showProgress(
  write: (text: string) => void,
  terminal: boolean,
): { report(message: DeployMessage): void; end(): void } {
  const running = new Map<string, string>();
  let done = 0;
  const keyOf = ({ type, name }: { type: string; name: string }) => `${type}::${name}`;
  const redraw = () => {
    const waiting = [...running.values()].slice(-3).join(", ");
    write(`\r\u001b[K  ${done} resources deployed; working on ${waiting || "nothing"}`.slice(0, 160));
  };
  return {
    report(message) {
      if (message.kind === "started") running.set(keyOf(message), `${kindOf(message.type)} ${message.name}`);
      if (message.kind === "resource") {
        done++;
        running.delete(keyOf(message));
        if (!terminal && message.milliseconds > 1000) {
          write(`  ${kindOf(message.type)} ${message.name}: ${(message.milliseconds / 1000).toFixed(1)} s\n`);
        }
      }
      if (terminal) redraw();
    },
    end: () => {
      if (terminal) write("\r\u001b[K");
    },
  };
}

const kindOf = (type: string) => type.split(":").at(-1) ?? type;
