/* The only code of the widget on the customer's page: a launcher, and a sealed frame made on intent.
   The server appends the call with the domain's public settings, and leaves out comments and indentation.
   Nothing of the host is relied upon: open shadow root, adopted stylesheet, createElement only. */
(function (config) {
  const stub = window.privas;
  if (stub?.key) return; // the script stands twice on the page

  const doc = document;
  const root = doc.documentElement;
  const options = (doc.currentScript || root).dataset;
  const life = new AbortController();
  const signal = life.signal;
  const phone = matchMedia("(max-width:480px)");
  const blank = { ready: false, unread: 0, mode: "ai", visitor: null };
  const state = { open: false, ...blank };
  let { theme, locale } = options;
  let frame, port, scroll, where, identity;
  let pending = [];

  // Storage may be denied; then things live as long as the page.
  const memory = {};
  function store(area, name, value) {
    name = "privas:" + config.key + name;
    try {
      const kept = window[area];
      if (value) kept.setItem(name, value);
      else if (value !== undefined) kept.removeItem(name);
      return kept.getItem(name);
    } catch {
      return value === undefined ? memory[name] : (memory[name] = value);
    }
  }
  const local = (name, value) => store("localStorage", name, value);
  const session = (name, value) => store("sessionStorage", name, value);
  let token = local("");
  try {
    identity = JSON.parse(doc.getElementById("privas-user").textContent);
  } catch { /* most pages know nothing about their visitor */ }

  function make(tag, props, ...children) {
    const node = Object.assign(doc.createElement(tag), props);
    node.append(...children);
    return node;
  }
  function icon(path) {
    const svg = doc.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = doc.createElementNS(svg.namespaceURI, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.ariaHidden = true;
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }
  const button = (className, ...children) => make("button", { className, type: "button" }, ...children);

  const side = options.position === "left" ? "left" : "right";
  const x = (parseInt(options.offsetX) || 20) + "px";
  const y = (parseInt(options.offsetY) || 20) + "px";
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
:host{all:initial!important;position:fixed!important;z-index:2147483000!important;inset:auto!important;${side}:${x}!important;bottom:${y}!important;overflow:visible!important;font:14px/1.4 system-ui,sans-serif!important}
:host([hidden]),[hidden]{display:none!important}
button{all:unset;box-sizing:border-box;cursor:pointer}
button:focus-visible{outline:3px solid ${config.brand};outline-offset:3px;box-shadow:0 0 0 3px #fff}
.l{display:grid;place-items:center;width:56px;height:56px;border-radius:50%;background:${config.brand};color:${config.ink};box-shadow:0 8px 24px -6px #14103273;transition:transform .16s}
.l:hover{transform:scale(1.05)}
svg{grid-area:1/1;width:26px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;transition:opacity .16s,transform .16s}
.l svg+svg,.o .l svg{opacity:0;transform:rotate(-45deg)}
.o .l svg+svg{opacity:1;transform:none}
.b{position:absolute;top:-4px;left:38px;min-width:22px;padding:0 5px;box-sizing:border-box;border-radius:11px;border:2px solid #fff;background:#c8102e;color:#fff;font:700 11px/18px system-ui;text-align:center}
.t{position:absolute;bottom:72px;${side}:0;display:flex;align-items:start;width:max-content;max-width:min(280px,100vw - 40px);background:#fff;color:#1d1b26;border-radius:14px;box-shadow:0 12px 32px -8px #14103252,0 0 0 1px #14103214}
.t button{padding:12px;border-radius:14px}
.t svg{width:16px;color:#625f70;display:block}
.f{position:fixed;${side}:${x};bottom:calc(${y} + 72px);width:392px;height:min(680px,100dvh - ${y} - 92px);border-radius:18px;overflow:hidden;visibility:hidden;opacity:0;transform:translateY(10px);box-shadow:0 24px 64px -12px #14103259,0 0 0 1px #14103214;transition:opacity .16s,transform .16s,visibility .16s}
.o .f{visibility:visible;opacity:1;transform:none}
iframe{display:block;width:100%;height:100%;border:0}
@media (max-width:480px){.f{inset:0;width:100%;height:100dvh;border-radius:0}.o .l{display:none}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media (forced-colors:active){.l,.t,.f{border:1px solid}}`);
  const badge = make("span", { className: "b" });
  const launcher = button("l", icon("M7.9 20A9 9 0 1 0 4 16.1L2 22Z"), icon("m6 9 6 6 6-6"), badge);
  const words = button("");
  const dismiss = button("", icon("M18 6 6 18M6 6l12 12"));
  const teaser = make("div", { className: "t", role: "status", hidden: true }, words, dismiss);
  const panel = make("div", { className: "f" });
  const box = make("div", {}, teaser, launcher, panel);
  const host = make("div", { id: "privas-widget", role: "region", ariaLabel: "Chat" });
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(box);
  dismiss.ariaLabel = "Dismiss";
  launcher.hidden = options.launcher === "none";

  function draw() {
    const { open, unread } = state;
    box.className = open ? "o" : "";
    badge.hidden = !unread || open;
    badge.textContent = unread > 9 ? "9+" : unread;
    launcher.ariaLabel = (open ? "Close chat" : "Open chat") + (unread ? `, ${unread} unread` : "");
    launcher.ariaExpanded = open;
  }
  function hint(text) {
    words.textContent = text;
    teaser.hidden = !text || state.open || launcher.hidden;
  }
  function attach() {
    if (host.isConnected || !doc.body) return;
    doc.body.append(host);
    host.popover = "manual"; // above whatever z-index the page uses
    host.showPopover?.();
  }
  function prepare() {
    if (frame) return;
    // By this mark, which a reset forgets, the frame knows whose words it has kept.
    const who = local(":who") || local(":who", Math.random());
    frame = make("iframe", { title: "Chat with " + config.name,
      src: `${config.base}/w/${config.key}/frame#${location.origin}&${who}` });
    panel.append(frame);
  }
  function tell(t, more) {
    const message = { t, ...more };
    if (port) port.postMessage(message);
    else pending.push(message);
  }
  const page = () => ({ url: location.href, title: doc.title, referrer: doc.referrer });
  // What the frame learns when it opens; a change is told to a frame that is there already.
  const facts = () => ({ token, identity, theme, locale: locale || root.lang, dir: getComputedStyle(root).direction });
  const changed = () => port && tell("set", facts());
  function moved() {
    setTimeout(() => { // routers set the title after the address
      const now = location.href + doc.title;
      if (now !== where && port) tell("page", { page: page() });
      where = now;
    }, 80);
  }
  function open(focus) {
    prepare();
    if (state.open) return;
    state.open = true;
    session(":open", "1");
    if (phone.matches) {
      scroll = root.style.overflow;
      root.style.overflow = "hidden";
    }
    hint("");
    draw();
    tell("open", { focus });
    if (focus) frame.focus();
    emit("open");
  }
  function close() {
    if (!state.open) return;
    state.open = false;
    session(":open", "");
    if (scroll !== undefined) root.style.overflow = scroll;
    scroll = undefined;
    draw();
    tell("close");
    launcher.focus();
    emit("close");
  }
  function drop() {
    frame?.remove();
    port?.close();
    frame = port = undefined;
    pending = [];
    Object.assign(state, blank);
  }
  function emit(name, detail) {
    doc.dispatchEvent(new CustomEvent("privas:" + name, { detail }));
  }

  // The frame speaks.
  const hears = {
    close,
    token(m) { local("", token = m.token); },
    live(m) { local(":live", m.on); },
    state(m) {
      const { unread } = state;
      Object.assign(state, m.state);
      if (state.unread !== unread) emit("unread", state.unread);
      if (m.text !== undefined) hint(m.text);
      draw();
    },
    event(m) { emit(m.name, m.detail); },
  };
  function hello(e) {
    if (e.source !== frame?.contentWindow || e.origin !== config.base || e.data !== "privas:hello") return;
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = (m) => hears[m.data.t](m.data);
    e.source.postMessage("privas:port", config.base, [channel.port2]);
    tell("init", { ...facts(), page: page(), open: state.open });
    pending.splice(0).forEach((m) => port.postMessage(m));
  }

  // The page speaks.
  const verbs = {
    open(o) { open(true); if (o?.message) verbs.prefill(o.message); },
    close,
    toggle() { (state.open ? close : open)(true); },
    show() { host.hidden = false; session(":hidden", ""); },
    hide() { close(); host.hidden = true; session(":hidden", "1"); },
    identify(who) { identity = who; changed(); },
    locale(tag) { locale = tag; changed(); },
    theme(name) { theme = name; changed(); },
    send(text) { prepare(); tell("send", { text }); },
    prefill(text) { prepare(); tell("prefill", { text }); },
    bell() { open(true); tell("bell"); },
    page(p) { if (port) tell("page", { page: { ...page(), ...p } }); },
    reset() {
      drop();
      identity = token = null;
      for (const name of ["", ":who", ":live"]) local(name, null);
      hint("");
      if (state.open) prepare();
      draw();
    },
    destroy() { close(); drop(); life.abort(); host.remove(); delete window.privas; },
    on(name, heard) {
      const hear = (e) => heard(e.detail);
      doc.addEventListener("privas:" + name, hear, { signal });
      return () => doc.removeEventListener("privas:" + name, hear);
    },
    state: () => ({ ...state }),
  };
  const api = window.privas = (verb, ...values) => {
    if (Object.hasOwn(verbs, verb)) return verbs[verb](...values);
    console.warn("privas: unknown verb", verb);
  };
  api.key = config.key;

  const on = (node, names, heard) => names.split(" ").map((n) => node.addEventListener(n, heard, { signal, passive: true }));
  on(window, "message", hello);
  on(launcher, "pointerenter focus touchstart", prepare);
  on(launcher, "click", verbs.toggle);
  on(words, "click", () => open(true));
  on(dismiss, "click", () => { hint(""); local(":teaser", Date.now()); });
  on(host, "keydown", (e) => { if (e.key === "Escape") close(); });
  if (options.open) on(doc, "click", (e) => { if (e.target.closest(options.open)) open(true); });
  if (window.navigation) on(navigation, "currententrychange", moved);
  else {
    const push = history.pushState;
    history.pushState = (...values) => { push.apply(history, values); moved(); };
    on(window, "popstate hashchange", moved);
  }
  const watch = new MutationObserver(attach); // pages that swap their body
  watch.observe(root, { childList: true });
  signal.onabort = () => watch.disconnect();

  function start() {
    attach();
    draw();
    host.hidden = session(":hidden");
    if (options.teaser && Date.now() - (local(":teaser") || 0) > 864e5) hint(options.teaser);
    if (session(":open") && !phone.matches) open();
    else if (token && local(":live")) setTimeout(prepare, 500);
    stub?.q?.forEach((call) => api(...call));
  }
  if (doc.body) start();
  else on(doc, "DOMContentLoaded", start);
})
