// Builds and renews parts of the page. Every string of the data becomes text, never markup. Rows stay the same elements for as long as
// they are shown, so that whoever reads, selects or has the keyboard in one is not disturbed when the numbers change.

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export const name = text => element("bdi", { className: "name", textContent: text });

export function text(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

// fill is told of an item each time, make only of one that is new.
export function renew(parent, items, keyOf, make, fill) {
  const known = parent.rows_ ??= new Map();
  const seen = new Set();
  let place = parent.firstChild;
  for (const item of items) {
    const key = keyOf(item);
    if (seen.has(key)) continue;
    seen.add(key);
    let row = known.get(key);
    if (!row) known.set(key, row = make(item));
    if (row === place) place = place.nextSibling;
    else parent.insertBefore(row, place);
    fill(row, item);
  }
  for (const [key, row] of known) {
    if (seen.has(key)) continue;
    row.remove();
    known.delete(key);
  }
}

// What scrolls must be reachable by keyboard, and what does not should be no stop on the way.
function reach(frame, label) {
  if (frame.scrollWidth > frame.clientWidth + 1 || frame.scrollHeight > frame.clientHeight + 1) {
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", label + ", scrolls");
  } else {
    for (const attribute of ["tabindex", "role", "aria-label"]) frame.removeAttribute(attribute);
  }
}

// columns: { title, number?, make?(item) → node that stays, fill(cell, item) }. The first names the row.
export function table(place, label, keyOf, columns, nothing) {
  const body = element("tbody", { role: "rowgroup" });
  const head = element("tr", { role: "row" }, ...columns.map(column => element("th", { role: "columnheader", scope: "col", textContent: column.title, className: column.number ? "number" : "" })));
  const frame = element("div", { className: "wide", hidden: true }, element("table", { role: "table", "aria-label": label }, element("thead", { role: "rowgroup" }, head), body));
  const empty = element("p", { className: "nothing", textContent: nothing });
  const note = element("p", { hidden: true });
  place.append(frame, empty, note);
  const make = item => element("tr", { role: "row" }, ...columns.map((column, i) => {
    const cell = element(i === 0 ? "th" : "td", { role: i === 0 ? "rowheader" : "cell", className: column.number ? "number" : "" });
    if (i === 0) cell.scope = "row";
    else cell.dataset.label = column.title;
    if (column.make) cell.append(column.make(item));
    return cell;
  }));
  return (items, more = "") => {
    renew(body, items, keyOf, make, (row, item) => columns.forEach((column, i) => column.fill(row.cells[i], item)));
    frame.hidden = items.length === 0;
    empty.hidden = items.length > 0;
    note.hidden = more === "";
    text(note, more);
    reach(frame, label);
  };
}

export function list(place, label, make, nothing) {
  const rows = element("ul");
  const empty = element("p", { className: "nothing", textContent: nothing });
  const frame = element("div", { className: "events" }, rows);
  place.append(frame, empty);
  return items => {
    renew(rows, items, item => item.id, make, () => {});
    frame.hidden = items.length === 0;
    empty.hidden = items.length > 0;
    reach(frame, label);
  };
}

export function sums(place) {
  return items => renew(
    place,
    items,
    item => item.title,
    item => element("div", {}, element("dt", { textContent: item.title }), element("dd"), element("dd", { className: "more" })),
    (row, item) => {
      text(row.children[1], item.value);
      text(row.children[2], item.more ?? "");
      row.className = item.level ?? "";
    });
}

// How much of a cap is settled and held: two lengths, and the same in words for who does not see them.
export function bar() {
  return element("div", { className: "bar", role: "img" }, element("span", { className: "spent" }), element("span", { className: "held" }));
}

export function fillBar(made, spent, held, cap, words) {
  const share = value => cap > 0 ? Math.min(1, value / cap) : 1;
  const settled = share(spent);
  // Set by script and not in an attribute, which the page's policy forbids.
  made.children[0].style.width = settled * 100 + "%";
  made.children[1].style.width = Math.min(1 - settled, share(held)) * 100 + "%";
  const full = cap > 0 ? (spent + held) / cap : 1;
  made.classList.toggle("full", full >= 1);
  made.classList.toggle("near", full >= 0.8 && full < 1);
  if (made.getAttribute("aria-label") !== words) made.setAttribute("aria-label", words);
}
