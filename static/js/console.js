/** What runs on every page of the console. */

import { startToasts } from "./announce.js";
import { startCommands } from "./commands.js";
import { startConnection } from "./connection.js";
import { startDesk } from "./desk.js";
import { startDialogs } from "./dialogs.js";
import { startHtmx } from "./htmx_glue.js";
import { startKeys } from "./keys.js";
import { Notifier } from "./notify.js";
import { session } from "./session.js";
import { Line } from "./socket.js";
import { startTheme } from "./theme.js";
import { Thread } from "./thread.js";
import { startTimes } from "./times.js";

startToasts();
startTimes();
startTheme();
startDialogs();
startHtmx();

const line = new Line();
startConnection(line);
const notifier = new Notifier(line);
const desk = startDesk(line);
const drawn = document.querySelector(".talk [data-thread]");
const alone = drawn instanceof HTMLElement ? new Thread(drawn, line) : null;
const thread = () => alone || desk?.drawer.thread || null;
startCommands(
  (id) => (thread()?.id === id ? thread() : null),
  (id) => desk?.drawer.open(id),
);
startKeys(
  () => desk?.drawer || null,
  thread,
  () => notifier.toggle(),
);
if (session.me) line.start();
