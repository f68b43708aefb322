// What makes the desk quick: keys, the form token for htmx, and words when something fails.
// Every page works without this file.
(() => {
  "use strict";

  const KEYS_OFF = "talentpool.keys-off";
  const notices = document.getElementById("notices");

  document.documentElement.classList.add("scripted");

  // ---- htmx -------------------------------------------------------------------------------------
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token) event.detail.headers["X-CSRFToken"] = token.content;
  });

  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    say(
      status === 403 ? "Your account may not do this."
      : status === 404 ? "This is not here any more; load the page again."
      : status === 409 ? "Somebody was here before you; load the page again."
      : status === 429 || status === 503 ? "We are busy for a moment; try again in some seconds."
      : "That did not work and nothing was changed; try again, or load the page again.",
    );
  });
  document.addEventListener("htmx:sendError", () => say("No connection: nothing was changed. Try again."));
  document.addEventListener("htmx:timeout", () => say("No answer for a while: nothing more will come. Try again."));
  document.addEventListener("htmx:afterSwap", (event) => focusProblems(event.detail.elt));
  document.addEventListener("htmx:afterSettle", () => countChosen());

  function say(words) {
    const notice = document.createElement("p");
    notice.className = "notice stop";
    notice.textContent = words;
    notices.replaceChildren(notice);
  }

  // ---- forms ------------------------------------------------------------------------------------
  function focusProblems(within) {
    const summary = within.querySelector("[data-focus]");
    if (summary) summary.focus();
  }
  focusProblems(document);

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });

  // ---- people chosen together: how many there are, and all of a page at once -----------------------
  function countChosen() {
    const count = document.querySelector("[data-chosen]");
    if (count) count.textContent = `${boxes().filter((box) => box.checked).length} chosen:`;
  }

  function boxes() {
    return [...document.querySelectorAll('.choose input[type="checkbox"]')];
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches(".choose input")) countChosen();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-choose-all]")) return;
    event.preventDefault();
    const isAll = boxes().every((box) => box.checked);
    for (const box of boxes()) box.checked = !isAll;
    countChosen();
  });
  countChosen();

  // ---- a text to be used elsewhere ----------------------------------------------------------------
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const text = document.getElementById(button.dataset.copies);
    text.select();
    try { await navigator.clipboard.writeText(text.value); } catch { document.execCommand("copy"); }
    button.firstChild.textContent = "Copied";
  });

  // ---- menus and dialogs ------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) openDialog(opener.dataset.opens);
    const link = event.target.closest("[data-open][hx-get]");
    if (link) markOpen(link.closest("[data-row]"));
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (opener || !menu.contains(event.target)) menu.open = false;
    }
  });

  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  }

  // ---- keys: single letters, only outside of fields, and they can be turned off ------------------
  const turnedOn = document.getElementById("keys-on");
  if (turnedOn) {
    turnedOn.checked = !remembered();
    turnedOn.addEventListener("change", () => remember(!turnedOn.checked));
  }

  function remembered() {
    try { return localStorage.getItem(KEYS_OFF) === "yes"; } catch { return false; }
  }

  function remember(off) {
    try { off ? localStorage.setItem(KEYS_OFF, "yes") : localStorage.removeItem(KEYS_OFF); } catch { /* kept for this page */ }
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return closeMenus();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (turnedOn && !turnedOn.checked && event.key !== "?") return;
    if (event.target.closest("input:not(.choose input), textarea, select, [contenteditable], dialog[open]")) return;
    if (act(event.key)) event.preventDefault();
  });

  function closeMenus() {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }

  function act(key) {
    if (key === "?") return openDialog("keys") || true;
    if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
    if (key.length !== 1) return false;
    const row = currentRow();
    const target = (row && row.querySelector(`[data-key="${CSS.escape(key)}"]`))
      || document.querySelector(`main [data-key="${CSS.escape(key)}"]:not([data-row] *)`)
      || document.querySelector(`[data-key="${CSS.escape(key)}"]:not([data-row] *)`);
    if (!target) return false;
    if (target.matches("input:not([type=checkbox]), textarea, select")) {
      target.focus();
      if (target.select) target.select();
    } else if (target.matches(".choose input")) {
      target.click(); // the keyboard stays with the card
    } else {
      target.focus({ preventScroll: true });
      press(target);
      showOpened(target.closest("details"));
    }
    return true;
  }

  // A key may be quicker than htmx, which looks at what it has just put in place a moment later.
  function press(target) {
    if (window.htmx) htmx.process(target.closest("form") || target);
    target.click();
  }

  // What a key has opened comes into sight; a menu with a form takes the next key.
  function showOpened(details) {
    if (!details || !details.open) return;
    const chosen = details.matches(".menu") && details.querySelector("input:checked");
    if (chosen) chosen.focus({ preventScroll: true });
    const panel = details.closest(".panel");
    if (panel && !chosen && panel.scrollHeight > panel.clientHeight) panel.scrollTop = details.offsetTop;
    else details.scrollIntoView({ block: "nearest" });
  }

  // A list is [data-rows]; its rows are [data-row]; the link that opens a row is [data-open].
  function rows() {
    return [...document.querySelectorAll("[data-rows] [data-row]")];
  }

  function currentRow() {
    const focused = document.activeElement && document.activeElement.closest("[data-row]");
    return focused || document.querySelector("[data-row].open") || null;
  }

  function markOpen(chosen) {
    for (const row of rows()) row.classList.toggle("open", row === chosen);
  }

  // A decision puts the list in place anew; the keyboard stays with the person who is open in it.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "matches" || document.activeElement !== document.body) return;
    const link = document.querySelector("#matches [data-row].open [data-open]");
    if (link) link.focus({ preventScroll: true });
  });

  // Of several people opened in haste the last one stays, whoever's answer comes last.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const link = event.detail.requestConfig.elt;
    const row = link && link.matches("[data-open][hx-get]") && link.closest("[data-row]");
    if (row && !(row.isConnected && row.classList.contains("open"))) event.detail.shouldSwap = false;
  });

  // Where the panel stands below its list, opening somebody leads down to it.
  document.addEventListener("htmx:afterSwap", (event) => {
    const panel = event.detail.target.id === "panel" && document.getElementById("panel");
    if (panel && matchMedia("(max-width: 1000px)").matches) panel.scrollIntoView();
  });

  function step(by) {
    const all = rows();
    if (!all.length) return false;
    const at = all.indexOf(currentRow());
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    const link = next.querySelector("[data-open]") || next.querySelector("a");
    markOpen(next);
    if (link) {
      link.focus({ preventScroll: true });
      if (link.hasAttribute("hx-get")) press(link);
    }
    next.scrollIntoView({ block: "nearest" });
    return true;
  }
})();
