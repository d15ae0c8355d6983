() => {
  document.documentElement.lang = document.querySelector("[data-language]").dataset.language;
  for (const group of document.querySelectorAll("fieldset.chips"))
    group.setAttribute("aria-label", group.querySelector("[data-testid=block-info]").textContent);

  // Gradio has no field with the browser's own calendar, which speaks the reader's language and suits a phone.
  const date = () => {
    for (const field of document.querySelectorAll(".calendar input:not([type=date])")) {
      field.type = "date";
      if (field.value) continue;
      field.value = new Date().toLocaleDateString("sv-SE");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  // Gradio's own words for a place to drop a file follow the browser, not the language chosen here.
  const drop = () => {
    for (const place of document.querySelectorAll("#batch-file .upload-container, #data-file .upload-container"))
      place.setAttribute("aria-label", place.parentElement.querySelector("[data-testid=block-label]").textContent.trim());
  };
  new MutationObserver(() => { date(); drop(); }).observe(document.body, { childList: true, subtree: true });
  date();
  drop();

  const theme = document.querySelector(".bar .theme");
  const press = () => theme.setAttribute("aria-pressed", isDark());
  theme.addEventListener("click", () => { chooseTheme(isDark() ? "light" : "dark"); press(); });
  press();

  document.addEventListener("click", async ({ target }) => {
    if (!target.dataset?.copy) return;
    const link = new URL(target.dataset.copy, document.baseURI).href;
    if (!navigator.clipboard) { location.href = link; return; } // only https and this machine have one
    await navigator.clipboard.writeText(link);
    target.textContent = target.dataset.done;
  });

  const expired = () => {
    const dialog = document.getElementById("expired");
    dialog.querySelector("a").href = "./login?next=" + encodeURIComponent(location.pathname.split("/").pop() + location.search);
    if (!dialog.open) dialog.showModal();
  };
  const ask = window.fetch;
  window.fetch = async (...request) => {
    const answer = await ask(...request);
    if (answer.status === 401) expired();
    return answer;
  };
  fetch("./visitor").then((answer) => (answer.ok ? answer.json() : {})).then(({ name }) => {
    if (!name) return;
    const visitor = document.querySelector(".bar .visitor");
    visitor.querySelector(".who").textContent = name;
    visitor.hidden = false;
  });
}
