// Begin a drawing that is larger than its frame at the present step, else at the start. Without this one scrolls there.
for (const frame of document.querySelectorAll(".drawing-scroll")) {
  const show = () => {
    const node = frame.querySelector(".node-here") || frame.querySelector(".node");
    if (!node || frame.dataset.shown || !frame.clientWidth) return;
    frame.dataset.shown = "yes";
    const box = node.getBoundingClientRect();
    const around = frame.getBoundingClientRect();
    frame.scrollLeft += box.left + box.width / 2 - around.left - around.width / 2;
    frame.scrollTop += box.top + box.height / 2 - around.top - around.height / 2;
  };
  show();
  frame.closest("details")?.addEventListener("toggle", show);
}
