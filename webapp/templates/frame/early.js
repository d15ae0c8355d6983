// Gradio speaks the browser's language; the page may have been switched to the other.
for (const [name, value] of [["language", document.documentElement.lang], ["languages", [document.documentElement.lang]]])
  Object.defineProperty(navigator, name, { get: () => value });
// Before anything is drawn: light or dark as it was chosen, else as the system has it.
const chosenTheme = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
const isDark = () => (chosenTheme() ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const dress = () => {
  for (const part of [document.documentElement, document.body])
    if (part && part.classList.contains("dark") !== isDark()) part.classList.toggle("dark", isDark());
};
function chooseTheme(name) { localStorage.setItem("theme", name); dress(); }
function chooseLanguage(name) {
  document.cookie = `language=${name};path=/;max-age=31536000;samesite=lax`;
  location.reload();
}
dress();
addEventListener("DOMContentLoaded", () => {
  dress();
  // Gradio dresses the page by the system alone, whenever it likes.
  new MutationObserver(dress).observe(document.body, { attributeFilter: ["class"] });
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dress);
