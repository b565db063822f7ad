// Names of types for the JSDoc of all modules; never sent to a browser.
// Written here and not as import(…) in comments: the static files' hashing would follow those in circles.
type Filters = import("./filters.js").Filters;
type Line = import("./socket.js").Line;
type Refusal = import("./rest.js").Refusal;
type Thread = import("./thread.js").Thread;
