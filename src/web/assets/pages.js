// Pages work without this; with it, components answer faster and long work shows its progress by itself.
import { initAll } from 'govuk.js';

document.body.classList.add('js-enabled', 'govuk-frontend-supported');
initAll();

const progress = document.querySelector('[data-progress]');
if (progress) {
  const events = new EventSource(progress.dataset.progress);
  events.onmessage = ({ data }) => {
    const { phase, done } = JSON.parse(data);
    progress.textContent = phase;
    if (!done) return;
    events.close();
    window.location.reload();
  };
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
