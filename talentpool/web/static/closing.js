// Keys for closing a role: single letters and digits on the person in focus. The page works without this file.
(() => {
  "use strict";

  const form = document.getElementById("closing");
  if (!form) return;
  const keysOn = document.getElementById("keys-on");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const row = event.target.closest("[data-row]");
    const isField = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && row && isField) return toPerson(row);
    if (isField || event.target.closest("dialog[open]") || (keysOn && !keysOn.checked)) return;
    const chosen = row || document.querySelector("[data-row].open");
    if (chosen && act(chosen, event.key)) event.preventDefault();
  });

  function act(row, key) {
    if (/^[0-9]$/.test(key)) return choose(row, key);
    if (key === "c") return copyFromAbove(row);
    if (key === "w") return toggle(field(row, "strong"));
    if (key === "l") return turn(field(row, "letter"));
    if (key === "p") return turn(field(row, "keep"));
    if (key === "g") return open(row, "good");
    return false;
  }

  function field(row, name) {
    return row.querySelector(`[data-name="${name}"]`);
  }

  function choose(row, key) {
    const select = field(row, "reason");
    const option = [...select.options].find((one) => one.text.startsWith(`${key} `));
    if (option) select.value = option.value;
    return Boolean(option);
  }

  function copyFromAbove(row) {
    const above = row.previousElementSibling;
    if (!above) return false;
    for (const to of row.querySelectorAll("[data-name]")) {
      if (["stage", "good", "stood_out"].includes(to.dataset.name)) continue; // what is a person's own
      const from = field(above, to.dataset.name);
      if (to.type === "checkbox") to.checked = from.checked;
      else to.value = from.value;
    }
    return true;
  }

  function toggle(box) {
    box.checked = !box.checked;
    return true;
  }

  function turn(select) {
    select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
    return true;
  }

  function open(row, name) {
    row.querySelector("details").open = true;
    field(row, name).focus();
    return true;
  }

  function toPerson(row) {
    row.querySelector("[data-open]").focus();
  }

  // Nothing that was filled in is lost by leaving the page unasked.
  let isChanged = false;
  form.addEventListener("input", () => { isChanged = true; });
  form.addEventListener("submit", () => { isChanged = false; });
  window.addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
})();
