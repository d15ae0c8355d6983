() => {
  document.documentElement.lang = document.querySelector("[data-language]").dataset.language;
  for (const group of document.querySelectorAll("fieldset.chips"))
    group.setAttribute("aria-label", group.querySelector("[data-testid=block-info]").textContent);
}
