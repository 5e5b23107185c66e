"use strict";
(() => {
  const form = document.getElementById("filter");
  const events = [...document.querySelectorAll("article.event")];
  const apply = () => {
    const wanted = new FormData(form);
    const kinds = new Set(wanted.getAll("kind"));
    const tool = wanted.get("tool");
    const size = Number(wanted.get("size"));
    let shown = 0;
    for (const event of events) {
      const { kind, tools, size: changed } = event.dataset;
      const is_sure = event.classList.contains("counted") || event.classList.contains("confirmed");
      event.hidden = !(
        kinds.has(kind) &&
        (!tool || tools.split(" ").includes(tool)) &&
        Number(changed) >= size &&
        (is_sure || wanted.has("suspects")) &&
        (event.classList.contains("stands") || !wanted.has("standing"))
      );
      shown += event.hidden ? 0 : 1;
    }
    form.querySelector("output").textContent = `${shown} of ${events.length}`;
  };
  form.hidden = events.length === 0;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();

  // Whoever follows a link to an event wants to see it, whole.
  const open = () => {
    const event = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const details = event && event.querySelector("details");
    if (details) details.open = true;
  };
  addEventListener("hashchange", open);
  open();

  for (const button of document.querySelectorAll(".copy")) {
    const command = button.previousElementSibling;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(command.textContent);
        button.textContent = "Copied";
      } catch {
        // A page from a file may not write there: what is selected, the reader can copy.
        getSelection().selectAllChildren(command);
        button.textContent = "Selected";
      }
    });
  }
})();
