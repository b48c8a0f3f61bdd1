// While a long form is at work, ask how far it is and say it. Without this script the browser simply waits.
for (const form of document.querySelectorAll("form[data-behaviour~=progress]")) {
  form.addEventListener("submit", () => {
    const status = form.querySelector("[role=status]");
    form.querySelector("button").disabled = true;
    status.hidden = false;
    status.textContent = "…";
    setInterval(async () => {
      const answer = await fetch(form.dataset.progress);
      if (!answer.ok) return;
      const { done, total } = await answer.json();
      if (done || total) status.textContent = status.dataset.running.replace("{done}", done).replace("{total}", total);
    }, 500);
  });
}
