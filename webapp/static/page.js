() => {
  document.documentElement.lang = document.querySelector("[data-language]").dataset.language;
  for (const group of document.querySelectorAll("fieldset.chips"))
    group.setAttribute("aria-label", group.querySelector("[data-testid=block-info]").textContent);
  for (const field of document.querySelectorAll(".calendar input, .calendar textarea")) field.type = "date";

  const theme = document.querySelector(".bar .theme");
  const press = () => theme.setAttribute("aria-pressed", isDark());
  theme.addEventListener("click", () => { chooseTheme(isDark() ? "light" : "dark"); press(); });
  press();

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
