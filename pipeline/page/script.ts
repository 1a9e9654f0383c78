/**
 * The script of every page. A form with `data-filters="<id of a table>"` shows those of its rows whose `data-<name>` is what the form's
 * controls of that name say; it stays hidden where scripts do not run, and all rows stay. A link to what is folded opens it,
 * and so does printing.
 */
export const script = `
"use strict";
for (const form of document.querySelectorAll("form[data-filters]")) {
  const rows = [...document.querySelectorAll("#" + form.dataset.filters + " tbody tr")];
  const said = form.querySelector("output");
  const apply = () => {
    const wanted = [...new FormData(form)].filter(([, value]) => value !== "");
    let shown = 0, counted = 0;
    for (const row of rows) {
      row.hidden = !wanted.every(([name, value]) => row.dataset[name] === value);
      if (row.hidden) continue;
      shown += 1;
      counted += Number(row.dataset.count);
    }
    said.textContent = counted.toLocaleString("en-US") + " " + form.dataset.counts + " in " + shown + " of " + rows.length + " lines";
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}
const unfold = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.tagName === "DETAILS") {
    target.open = true;
    target.querySelector("summary").focus();
  }
};
addEventListener("hashchange", unfold);
unfold();
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});
`;
