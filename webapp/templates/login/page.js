{% include "frame/early.js" %}

addEventListener("DOMContentLoaded", () => {
  const other = document.querySelector(".other");
  other.addEventListener("click", () => chooseLanguage(other.lang));
});
