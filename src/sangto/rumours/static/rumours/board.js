/* Open boards: what a change says by itself is shown at once; the whole is fetched a moment later, once for many. */
(() => {
  "use strict";
  // Spread, so that two hundred boards do not ask in the same moment.
  const SOONEST_MS = 400, SPREAD_MS = 1600;
  let waiting = 0;

  const show = (data) => {
    const row = document.getElementById("r-" + data.number);
    if (!row) return;
    row.classList.add("row-changed");
    const tips = row.querySelector("[data-tips]");
    if (tips && data.tips !== undefined) {
      tips.textContent = tips.textContent.replace(/\d[\d.,]*/, String(data.tips));
      tips.dataset.tips = String(data.tips);
    }
    // Never move what somebody is standing on.
    if (!data.state || row.dataset.state === data.state || row.contains(document.activeElement)) return;
    const column = document.querySelector(`section[aria-labelledby="c-${data.state}"] ol`);
    row.dataset.state = data.state;
    if (column) column.prepend(row); else row.remove();
  };

  document.addEventListener("htmx:sseMessage", (event) => {
    const { type, data } = event.detail;
    if (type === "rumour_changed") {
      try { show(JSON.parse(data)); } catch { /* a hint without data: the fetch will tell */ }
    }
    if (waiting) return;
    waiting = setTimeout(() => {
      waiting = 0;
      const board = document.getElementById("board");
      if (board) window.htmx.trigger(board, "board:refresh");
    }, SOONEST_MS + Math.random() * SPREAD_MS);
  });
})();
