"use strict";
// Keep what people write: a filled copy of this page as a file, and a question before it is lost.
(() => {
  const own = document.currentScript;
  let isDirty = false;

  const mark = (dirty) => {
    isDirty = dirty;
    document.getElementById("unsaved").hidden = !dirty;
  };

  // Plain text only: what is pasted brings no markup along.
  function open(cell) {
    cell.contentEditable = "plaintext-only";
    if (cell.contentEditable !== "plaintext-only") cell.contentEditable = "true";
  }

  function paste(event) {
    const cell = event.target.closest && event.target.closest(".fill");
    if (!cell) return;
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  }

  // The copy is the page as it was delivered, charts not yet drawn, with what was written in it.
  function filled() {
    const copy = document.documentElement.cloneNode(true);
    delete copy.dataset.ready;
    for (const each of copy.querySelectorAll(".fill")) each.textContent = each.innerText || each.textContent;
    for (const each of copy.querySelectorAll("style[id^='plotly'], #js-plotly-tester")) each.remove();
    for (const each of copy.querySelectorAll(".plotly-notifier")) each.remove();
    for (const chart of copy.querySelectorAll(".chart")) {
      chart.className = "chart";
      chart.style.removeProperty("--chart-ratio");
      const note = document.createElement("noscript");
      note.textContent = own.dataset.chartFailed;
      chart.replaceChildren(note);
    }
    copy.querySelector("#unsaved").hidden = true;
    return "<!DOCTYPE html>\n" + copy.outerHTML + "\n";
  }

  function save() {
    const link = document.createElement("a");
    const address = URL.createObjectURL(new Blob([filled()], { type: "text/html;charset=utf-8" }));
    link.href = address;
    link.download = own.dataset.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    mark(false);
  }

  function addRow() {
    const rows = document.querySelector("#plan tbody");
    const row = rows.lastElementChild.cloneNode(true);
    for (const cell of row.cells) cell.textContent = "";
    rows.append(row);
    row.cells[0].focus();
    mark(true);
  }

  document.querySelectorAll(".fill").forEach(open);
  document.addEventListener("input", (event) => {
    if (event.target.closest(".fill")) mark(true);
  });
  document.addEventListener("paste", paste);
  document.getElementById("save").addEventListener("click", save);
  document.getElementById("print").addEventListener("click", () => window.print());
  document.getElementById("add").addEventListener("click", addRow);
  window.addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
})();
