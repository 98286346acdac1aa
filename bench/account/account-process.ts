/** The account of `child-account.ts`: takes its speed from the command line, prints its origin, says its memory when asked. */
import { startAccount } from "../../local/account/account";

// The observer has ended, whatever ended it.
process.once("disconnect", () => process.exit(0));

startAccount({ speed: Number(process.argv[2]) }).then((account) => {
  process.on("message", () => process.send?.({ memory: process.resourceUsage().maxRSS / 1024 }));
  process.send?.({ origin: account.origin });
});
