// Warns before leaving a form that holds something unsaved; the forms of the sign-in have nothing to lose.

for (const form of document.querySelectorAll('.signed-in form[data-behaviour~="dirty"]')) {
  let unsaved = "unsaved" in form.dataset;
  form.addEventListener("input", () => { unsaved = true; });
  window.addEventListener("submit", (event) => {
    if (event.target === form) unsaved = event.defaultPrevented;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}
