"use strict";
const form = document.querySelector("form");
const rows = Array.from(document.querySelectorAll("#findings > tbody > tr"));
const shown = document.querySelector("#shown");
const texts = new Map();
const text = (row) => {
  if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
  return texts.get(row);
};
const filter = () => {
  const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
  const severities = new Set(Array.from(form.querySelectorAll("input[name=severity]:checked"), (box) => box.value));
  let count = 0;
  for (const row of rows) {
    const fits = severities.has(row.dataset.severity) && words.every((word) => text(row).includes(word));
    row.hidden = !fits;
    if (fits) count += 1;
  }
  shown.textContent = `${count} of ${rows.length} shown`;
};
let waiting;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(filter, 150);
});
form.hidden = false;
filter();
