/** What runs on every page of the console. */

import { startToasts } from "./announce.js";
import { startConnection } from "./connection.js";
import { startDialogs } from "./dialogs.js";
import { startHtmx } from "./htmx_glue.js";
import { startKeys } from "./keys.js";
import { startNotices } from "./notify.js";
import { session } from "./session.js";
import { Line } from "./socket.js";
import { startTheme } from "./theme.js";
import { startTimes } from "./times.js";

/** The one socket of this page. */
export const line = new Line();

startToasts();
startTimes();
startTheme();
startDialogs();
startHtmx();
startKeys();
startConnection(line);
startNotices(line);
if (session.me) line.start();
