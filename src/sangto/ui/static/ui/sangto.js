/* Only adds to what already works without it. */
(() => {
  "use strict";
  const on = (type, act) => document.addEventListener(type, act);
  const words = document.documentElement.lang.startsWith("vi")
    ? { left: "còn {n} ký tự", over: "quá {n} ký tự", copied: "Đã chép", changed: "Có thay đổi. Cập nhật" }
    : { left: "{n} characters left", over: "{n} characters too many", copied: "Copied", changed: "There are changes. Update" };

  const toast = (text) => {
    const box = document.getElementById("toasts");
    if (!box || !text) return;
    const line = Object.assign(document.createElement("p"), { className: "toast", textContent: text });
    box.append(line);
    setTimeout(() => line.remove(), 6000);
  };
  on("toast", (event) => toast(event.detail && event.detail.value));

  /* Character counter and growing box */
  const grow = (area) => {
    if (CSS.supports("field-sizing", "content")) return;
    area.rows = Math.min(24, Math.max(area.dataset.rows || (area.dataset.rows = area.rows), area.value.split("\n").length + 1));
  };
  const count = (field) => {
    const area = field.querySelector("textarea, input");
    /* maxlength would cut a pasted text silently: data-most only counts, the server refuses. */
    const most = Number(area && (area.dataset.most || area.getAttribute("maxlength")));
    if (!most) return;
    let line = field.querySelector(".counter");
    if (!line) {
      line = Object.assign(document.createElement("p"), { className: "counter" });
      line.setAttribute("aria-live", "polite");
      field.append(line);
    }
    /* The server counts characters, JavaScript counts UTF-16 units. */
    const left = most - [...area.value].length;
    const near = left < most / 10;
    line.textContent = near ? (left < 0 ? words.over : words.left).replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang)) : "";
  };
  on("input", (event) => {
    const field = event.target.closest("[data-counter]");
    if (field) count(field);
    if (event.target.matches("textarea")) grow(event.target);
    const form = event.target.closest("form[data-guard]");
    if (form) form.dataset.dirty = "yes";
  });

  /* Unsaved changes */
  on("submit", (event) => { delete event.target.dataset.dirty; });
  addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-guard][data-dirty]")) event.preventDefault();
  });

  /* Copy */
  on("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const from = document.querySelector(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(from.value || from.textContent.trim());
    } catch {
      from.select();
      document.execCommand("copy");
    }
    const before = button.textContent;
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = before; }, 2000);
  });

  /* Live parts: a refresh never takes a field or an open fold away from somebody who is using it. */
  const busy = (part) => {
    const here = document.activeElement;
    return (part.contains(here) && here.matches("input, textarea, select")) || part.querySelector("details[open], [data-dirty]");
  };
  on("htmx:beforeSwap", (event) => {
    const part = event.detail.target;
    if (!part.matches("[data-live]") || part.dataset.now || event.detail.xhr.status !== 200 || !busy(part)) return;
    event.detail.shouldSwap = false;
    if (part.previousElementSibling && part.previousElementSibling.matches(".stale")) return;
    const button = Object.assign(document.createElement("button"), { className: "button stale", type: "button", textContent: words.changed });
    button.addEventListener("click", () => {
      part.dataset.now = "yes";
      button.remove();
      window.htmx.ajax("GET", part.getAttribute("hx-get"), { target: part, swap: part.getAttribute("hx-swap") || "outerHTML" });
    });
    part.before(button);
  });
  on("htmx:responseError", (event) => toast(event.detail.xhr.status + " " + event.detail.xhr.statusText));

  on("DOMContentLoaded", () => {
    document.querySelectorAll("[data-copy][hidden]").forEach((button) => { button.hidden = false; });
    document.querySelectorAll("[data-counter]").forEach(count);
    document.querySelectorAll("textarea").forEach(grow);
    const errors = document.querySelector(".error-summary");
    if (errors) errors.focus();
    const open = [...document.querySelectorAll("details.who")];
    on("click", (event) => open.forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
    on("keydown", (event) => {
      if (event.key === "Escape") open.forEach((menu) => { if (menu.open) { menu.open = false; menu.firstElementChild.focus(); } });
    });
  });
})();
