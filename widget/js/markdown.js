/* Markdown to nodes. HTML, images and the rest stay text. */
import { el } from "./dom.js";

const SAFE = /^(https?:\/\/|mailto:|tel:)/i;
const BULLET = /^\s{0,3}[-*+]\s+/;
const NUMBER = /^\s{0,3}(\d{1,9})[.)]\s+/;

export function blocks(text) {
  const out = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length;) {
    const line = lines[i];
    if (!line.trim()) i += 1;
    else if (/^\s{0,3}```/.test(line)) {
      const code = [];
      for (i += 1; i < lines.length && !/^\s{0,3}```/.test(lines[i]); i += 1) code.push(lines[i]);
      i += 1;
      out.push(el("pre", { tabIndex: 0 }, el("code", {}, code.join("\n"))));
    } else if (BULLET.test(line) || NUMBER.test(line)) {
      const kind = BULLET.test(line) ? BULLET : NUMBER;
      const list = kind === BULLET ? el("ul") : el("ol", { start: NUMBER.exec(line)[1] });
      while (i < lines.length && lines[i].trim()) {
        if (kind.test(lines[i])) list.append(el("li", {}, ...inline(lines[i].replace(kind, ""))));
        else if (list.lastChild) list.lastChild.append(el("br"), ...inline(lines[i].trim()));
        i += 1;
        while (i < lines.length && !lines[i].trim() && kind.test(lines[i + 1] || "")) i += 1;
      }
      out.push(list);
    } else {
      const quote = /^\s{0,3}>/.test(line);
      const words = [];
      while (i < lines.length && lines[i].trim() && quote === /^\s{0,3}>/.test(lines[i])) {
        if (!quote && words.length && (BULLET.test(lines[i]) || NUMBER.test(lines[i]) || /^\s{0,3}```/.test(lines[i]))) break;
        words.push(lines[i].replace(quote ? /^\s{0,3}>\s?/ : /^\s{0,3}#{1,6}\s+/, ""));
        i += 1;
      }
      const lead = el("p", {}, ...inline(words.join("\n")));
      out.push(quote ? el("blockquote", {}, lead) : lead);
    }
  }
  return out;
}

export function inline(text) {
  const out = [];
  let plain = "";
  const flush = () => {
    if (plain) out.push(plain);
    plain = "";
  };
  for (let i = 0; i < text.length;) {
    const sign = text[i];
    const found = (sign === "`" && code(text, i)) || ((sign === "*" || sign === "_") && strong(text, i))
      || (sign === "[" && link(text, i)) || (sign === "h" && bare(text, i));
    if (found) {
      flush();
      out.push(found.node);
      i = found.end;
    } else if (sign === "\n") {
      flush();
      out.push(el("br"));
      i += 1;
    } else {
      const escaped = sign === "\\" && /[\\`*_[\]()#>~!.-]/.test(text[i + 1] || "");
      plain += escaped ? text[i + 1] : sign;
      i += escaped ? 2 : 1;
    }
  }
  flush();
  return out;
}

function code(text, at) {
  const end = text.indexOf("`", at + 1);
  return end > at + 1 && { node: el("code", {}, text.slice(at + 1, end)), end: end + 1 };
}

function strong(text, at) {
  const sign = text[at];
  const mark = text[at + 1] === sign ? sign + sign : sign;
  const start = at + mark.length;
  if (!/\S/.test(text[start] || "") || (sign === "_" && /\w/.test(text[at - 1] || ""))) return null;
  for (let end = text.indexOf(mark, start + 1); end > 0; end = text.indexOf(mark, end + 1)) {
    const after = text[end + mark.length] || "";
    if (/\S/.test(text[end - 1]) && !(mark.length === 1 && after === sign) && !(sign === "_" && /\w/.test(after))) {
      return { node: el(mark.length === 2 ? "strong" : "em", {}, ...inline(text.slice(start, end))), end: end + mark.length };
    }
  }
  return null;
}

function closing(text, at, open, shut) {
  for (let i = at, depth = 0; i < text.length && text[i] !== "\n"; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === open) depth += 1;
    else if (text[i] === shut && !--depth) return i;
  }
  return -1;
}

function link(text, at) {
  const middle = closing(text, at, "[", "]");
  if (middle < 0 || text[middle + 1] !== "(") return null;
  const end = closing(text, middle + 1, "(", ")");
  if (end < 0) return null;
  const [address] = text.slice(middle + 2, end).trim().split(/\s/);
  return { node: anchor(address, inline(text.slice(at + 1, middle))) || text.slice(at, end + 1), end: end + 1 };
}

function bare(text, at) {
  const found = /^https?:\/\/[^\s<>]+/.exec(text.slice(at));
  if (!found || /\w/.test(text[at - 1] || "")) return null;
  const address = found[0].replace(/[.,;:!?'")\]*_]+$/, "");
  const node = anchor(address, [address]);
  return node && { node, end: at + address.length };
}

function anchor(address, words) {
  return SAFE.test(address) && el("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, ...words);
}
