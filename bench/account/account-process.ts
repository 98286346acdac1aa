/** The account of `child-account.ts`: takes its speed from the command line, prints its origin, says its memory when asked. */
import { startAccount } from "../../local/account";

startAccount({ speed: Number(process.argv[2]) }).then((account) => {
  process.on("message", () => process.send?.({ memory: process.resourceUsage().maxRSS / 1024 }));
  process.send?.({ origin: account.origin });
});
