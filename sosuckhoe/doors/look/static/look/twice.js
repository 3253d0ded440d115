// A form that is sent twice within a moment is a button that was pressed twice: the second pressing sends nothing.
// What it would have sent (a code that is shown once, a link) the server cannot know to be the same.
const MOMENT = 1500; // milliseconds
const sent = new WeakMap();

document.addEventListener("submit", (event) => {
  const before = sent.get(event.target);
  if (event.target.method === "post" && before && event.timeStamp - before < MOMENT) {
    event.preventDefault();
  } else {
    sent.set(event.target, event.timeStamp);
  }
});
