/** What runs besides where conversations are open: on the live page, and on the page of one thread. */

import { startCommands } from "./commands.js";
import { line } from "./console.js";
import { startDesk } from "./desk.js";
import { startTeam } from "./faces.js";
import { Thread } from "./thread.js";

const desk = startDesk(line);
startTeam(line);
const drawn = document.querySelector(".talk [data-thread]");
const alone = drawn instanceof HTMLElement ? new Thread(drawn, line) : null;

startCommands(
  (id) => [alone, desk?.drawer.thread].find((thread) => thread?.id === id) || null,
  (id) => desk?.drawer.open(id),
);
