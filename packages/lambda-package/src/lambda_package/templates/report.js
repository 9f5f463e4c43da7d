"use strict";
document.documentElement.classList.add("js");
const table = document.getElementById("problems");
const body = table.tBodies[0];
const rows = [...body.rows];
const filter = document.getElementById("filter");
const count = document.getElementById("count");
const chips = [...document.querySelectorAll(".tools button")];
let change = "";

const problemOf = row => document.getElementById(row.dataset.problem);
const shownRows = () => [...body.rows].filter(row => !row.hidden);

// Next and previous follow the list as it is sorted and filtered.
function link() {
  const shown = shownRows();
  shown.forEach((row, place) => {
    for (const [kind, other] of [["previous", shown[place - 1]], ["next", shown[place + 1]]]) {
      const anchor = problemOf(row).querySelector(`a.${kind}`);
      anchor.hidden = !other;
      if (other) anchor.href = "#" + other.dataset.problem;
    }
  });
}

function match() {
  const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of rows) {
    const words = row.dataset.find;
    const fits = !change || words.split(" ").includes(change);
    row.hidden = !(fits && wanted.every(word => words.includes(word)));
  }
  const shown = shownRows().length;
  count.textContent = shown === rows.length ? `${shown} problems` : `${shown} of ${rows.length} problems`;
  link();
}

function sort(heading, column) {
  const numbers = heading.dataset.kind === "number";
  const was = heading.getAttribute("aria-sort");
  const up = was === "none" ? !numbers : was === "descending"; // numbers begin with the largest
  for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
  heading.setAttribute("aria-sort", up ? "ascending" : "descending");
  const key = row => row.cells[column].dataset.sort;
  const compare = numbers ? (a, b) => key(a) - key(b) : (a, b) => key(a).localeCompare(key(b), undefined, {numeric: true});
  rows.sort((a, b) => compare(a, b) * (up ? 1 : -1));
  rows.forEach(row => body.append(row));
  link();
}

function choose() {
  for (const row of rows) row.classList.toggle("chosen", "#" + row.dataset.problem === location.hash);
}

filter.addEventListener("input", match);
for (const chip of chips) {
  chip.addEventListener("click", () => {
    change = change === chip.dataset.change ? "" : chip.dataset.change;
    for (const other of chips) other.setAttribute("aria-pressed", String(other.dataset.change === change && change !== ""));
    match();
  });
}
[...table.tHead.rows[0].cells].forEach((heading, column) => {
  heading.querySelector("button").addEventListener("click", () => sort(heading, column));
});
addEventListener("hashchange", choose);
choose();
match();
