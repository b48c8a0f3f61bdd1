// Copies the text of the element that the button names in data-copy, and says so.

for (const button of document.querySelectorAll('[data-behaviour~="copy"]')) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.querySelector("[role=status]").textContent = button.dataset.done;
  });
}
