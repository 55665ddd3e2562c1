"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const at = id => document.getElementById(id);
const PAGE = 100, MOST = 8, DAY = 86400;
const RANK = { critical: 0, high: 1, medium: 2, low: 3 };
const OPEN = new Set(["new", "triaged", "rotating"]);
const all = data.secrets;
const form = document.forms[0];
let page = 0, shown = all;

// Texts only: nothing of the data is ever read as markup.
function node(name, text, ...children) {
  const made = document.createElement(name);
  if (text !== null && text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}
const day = moment => moment ? moment.slice(0, 10) : "";
const days = count => count === 1 ? "1 day" : count + " days";
const many = (count, noun) => count + " " + noun + (count === 1 ? "" : "s");
const exposed = one => Math.floor(one.exposed_seconds / DAY);
const age = one => Math.max(0, Math.floor((Date.parse(data.made) - Date.parse(one.first_seen)) / DAY / 1000));
const band = one => { const d = age(one); return d < 7 ? "less than 7 days" : d < 30 ? "7 to 29 days" : d < 90 ? "30 to 89 days" : d < 365 ? "90 to 364 days" : "a year and more"; };
const surfaces = one => [...new Set(one.places.map(place => place.name || place.surface))];

for (const one of all) {
  one.band = band(one);
  one.surfaces = surfaces(one);
  one.text = [one.id, one.severity, one.state, one.name, one.rule, one.family, one.owner || "nobody", one.reason, one.band, one.overdue ? "overdue" : "",
    ...one.surfaces, ...one.places.slice(0, 50).map(place => place.place + " " + place.environment)].join("\n").toLowerCase();
}

function totals() {
  const box = at("totals");
  const list = (title, of) => {
    const counts = new Map();
    for (const one of all) for (const key of [].concat(of(one))) counts.set(key, (counts.get(key) || 0) + 1);
    const rows = [...counts].sort((a, b) => b[1] - a[1]);
    const items = node("ul");
    for (const [key, count] of rows.slice(0, MOST)) {
      const pick = node("button", key);
      pick.type = "button";
      pick.addEventListener("click", () => { form.words.value = key; page = 0; show(); form.words.focus(); });
      const number = node("span", String(count));
      number.className = "count";
      items.append(node("li", null, pick, number));
    }
    if (rows.length > MOST) items.append(node("li", "and " + (rows.length - MOST) + " more"));
    box.append(node("section", null, node("h2", title), items));
  };
  list("State", one => one.state);
  list("Severity", one => one.severity);
  list("Age", one => one.band);
  list("Owner", one => one.owner || "nobody");
  list("Provider", one => one.family);
  list("Surface", one => one.surfaces);
}

function trend() {
  const months = new Map();
  const month = moment => { const key = moment.slice(0, 7); if (!months.has(key)) months.set(key, [0, 0]); return months.get(key); };
  for (const one of all) {
    month(one.first_seen)[0] += 1;
    if (one.revoked) month(one.revoked)[1] += 1;
  }
  const rows = [...months].sort();
  const most = Math.max(1, ...rows.flatMap(([, counts]) => counts));
  const body = node("tbody");
  for (const [name, counts] of rows) {
    const row = node("tr", null, node("td", name));
    for (const count of counts) {
      const bar = node("progress");
      bar.max = most;
      bar.value = count;
      bar.setAttribute("aria-hidden", "true");
      row.append(node("td", null, bar, " " + count));
    }
    body.append(row);
  }
  const head = node("tr", null, ...["Month", "First seen", "Revoked"].map(title => node("th", title)));
  at("trend").append(node("table", null, node("thead", null, head), body));
}

const ORDER = {
  severity: (a, b) => RANK[a.severity] - RANK[b.severity],
  age: (a, b) => a.first_seen.localeCompare(b.first_seen),
  exposure: (a, b) => b.exposed_seconds - a.exposed_seconds,
  seen: (a, b) => b.last_seen.localeCompare(a.last_seen),
  owner: (a, b) => (a.owner || "\uffff").localeCompare(b.owner || "\uffff"),
  places: (a, b) => b.places_count - a.places_count,
};

function show() {
  const text = form.words.value.trim().toLowerCase();
  const words = all.some(one => one.text.includes(text)) ? [text] : text.split(/\s+/);
  shown = all.filter(one => words.every(word => one.text.includes(word)) && (!form.overdue.checked || one.overdue));
  shown.sort(ORDER[form.sort.value]);
  const pages = Math.max(1, Math.ceil(shown.length / PAGE));
  page = Math.min(Math.max(page, 0), pages - 1);
  const rows = shown.slice(page * PAGE, (page + 1) * PAGE).map(one => {
    const severity = node("td", one.severity);
    severity.className = one.severity;
    const state = node("td", one.state);
    if (one.overdue) { const late = node("div", "overdue"); late.className = "bad"; state.append(late); }
    const link = node("a", one.name);
    link.href = "#" + one.id;
    const what = node("td", null, link, " ", node("code", one.secret));
    const where = node("td", many(one.places_count, "place"));
    where.className = "where";
    if (one.places.length) where.append(node("br"), node("code", one.places[0].name + ": " + one.places[0].place));
    return node("tr", null, severity, state, what, node("td", days(exposed(one))), node("td", one.owner || ""), where);
  });
  at("secrets").tBodies[0].replaceChildren(...rows);
  at("shown").textContent = shown.length + " of " + many(all.length, "secret");
  at("page").textContent = "page " + (page + 1) + " of " + pages;
  at("previous").disabled = page === 0;
  at("next").disabled = page === pages - 1;
}

function todo(one) {
  if (one.overdue) return "Overdue: " + one.overdue + ".";
  switch (one.state) {
    case "new": return "Look at it: stanch ledger set triaged " + one.id;
    case "triaged": return "Replace it: stanch ledger set rotating " + one.id;
    case "rotating": return "Tell its issuer to refuse it: stanch ledger set revoked " + one.id;
    case "revoked": return "Prove that it is refused: stanch ledger set dead " + one.id;
    case "dead": return "Take it out of what holds it: stanch ledger set purged " + one.id;
    default: return "Nothing.";
  }
}

function life(one) {
  const box = at("life");
  const back = node("a", "Back to all secrets");
  back.href = "#";
  const facts = node("dl");
  const fact = (name, value) => { if (value) facts.append(node("dt", name), node("dd", value)); };
  fact("Secret", one.secret);
  fact("Rule", one.rule);
  fact("Severity", one.severity);
  fact("State", one.state + " since " + day(one.state_since));
  fact("First committed", day(one.first_commit));
  fact("Seen", day(one.first_seen) + " to " + day(one.last_seen));
  fact("Revoked", day(one.revoked));
  fact("Exposed", days(exposed(one)) + (one.revoked ? "" : " so far"));
  fact("Reopened", one.reopened ? many(one.reopened, "time") : "");
  fact("Owner", one.owner);
  fact("Reason", one.reason);
  fact("Accepted until", one.expires);
  const next = node("p", todo(one));
  if (one.overdue) next.className = "bad";
  const rotate = node("p");
  if (one.rotate && /^https:\/\//.test(one.rotate)) {
    const link = node("a", one.rotate);
    link.href = one.rotate;
    link.rel = "noreferrer";
    rotate.append("Replace it at ", link);
  }
  const places = node("ul");
  for (const place of one.places) {
    const notes = (place.environment ? " [" + place.environment + "]" : "") + (place.gone ? " (gone " + day(place.gone) + ")" : "");
    places.append(node("li", null, node("code", place.name + ": " + place.place + ":" + place.line), notes));
  }
  if (one.places_count > one.places.length) places.append(node("li", "and " + (one.places_count - one.places.length) + " more"));
  const line = node("ul");
  for (const entry of one.journal) line.append(node("li", entry.at + "  " + entry.who + "  " + entry.action + ": " + entry.detail));
  box.replaceChildren(node("p", null, back), node("h1", one.name), facts, node("h2", "What to do"), next, rotate,
    node("h2", many(one.places_count, "place") + " on " + many(one.surfaces.length, "surface")), places, node("h2", "Time line"), line);
}

function route() {
  const one = all.find(one => one.id === location.hash.slice(1));
  at("overview").hidden = Boolean(one);
  at("life").hidden = !one;
  if (one) { life(one); at("life").focus(); scrollTo(0, 0); }
}

const open = all.filter(one => OPEN.has(one.state)).length, late = all.filter(one => one.overdue).length;
at("title").textContent = "stanch: " + many(all.length, "secret") + ", " + open + " open, " + late + " overdue";
at("read").textContent = many(data.sightings.scans, "scan") + " recorded, " + data.sightings.complete + " of them complete; " + data.made.replace("T", " ").replace("Z", "") + " UTC";
form.addEventListener("submit", event => event.preventDefault());
form.addEventListener("input", () => { page = 0; show(); });
at("previous").addEventListener("click", () => { page -= 1; show(); });
at("next").addEventListener("click", () => { page += 1; show(); });
addEventListener("hashchange", route);
totals();
trend();
show();
route();
