"use strict";
const form = document.querySelector("form");
const body = document.querySelector("#findings > tbody");
const rows = Array.from(body.rows);
const shown = document.querySelector("#shown");
const ranks = { critical: "0", high: "1", medium: "2", low: "3" };
const texts = new Map();
const text = (row) => {
  if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
  return texts.get(row);
};
rows.forEach((row, at) => { row.at = at; });
const key = (row, by) => (by === "severity" ? ranks[row.dataset.severity] : row.dataset[by] || "");
const compare = (a, b, by) => (by ? key(a, by).localeCompare(key(b, by), "en", { numeric: true }) : 0);
let heads = [];
const filter = () => {
  const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
  const severities = new Set(Array.from(form.querySelectorAll("input[name=severity]:checked"), (box) => box.value));
  let count = 0;
  const counts = new Map();
  for (const row of rows) {
    const fits = severities.has(row.dataset.severity) && words.every((word) => text(row).includes(word));
    row.hidden = !fits;
    if (fits) count += 1;
    if (fits && row.head) counts.set(row.head, (counts.get(row.head) || 0) + 1);
  }
  for (const head of heads) {
    head.hidden = !counts.has(head);
    head.cells[0].textContent = `${head.name} (${counts.get(head) || 0})`;
  }
  shown.textContent = `${count} of ${rows.length} shown`;
};
const arrange = () => {
  const [sort, group] = [form.elements.sort.value, form.elements.group.value];
  rows.sort((a, b) => compare(a, b, group) || compare(a, b, sort) || a.at - b.at);
  heads.forEach((head) => head.remove());
  heads = [];
  for (const row of rows) {
    row.head = undefined;
    if (group) {
      const name = row.dataset[group] || "";
      let head = heads[heads.length - 1];
      if (!head || head.name !== name) {
        head = document.createElement("tr");
        head.className = "group";
        head.name = name;
        const cell = document.createElement("th");
        cell.colSpan = 4;
        cell.scope = "rowgroup";
        head.append(cell);
        heads.push(head);
        body.append(head);
      }
      row.head = head;
    }
    body.append(row);
  }
  filter();
};
let waiting;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", (event) => {
  clearTimeout(waiting);
  const isOrder = event.target.name === "sort" || event.target.name === "group";
  waiting = setTimeout(isOrder ? arrange : filter, 150);
});
form.hidden = false;
filter();
