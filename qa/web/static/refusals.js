// Shows in the chat, as one calm sentence, why a question was not answered: the server refused it,
// or could not be reached. Without this the page would wait for ever.
(() => {
  const LOST = "The connection to this page was lost. Please check it, then send your question again.";
  const FAILED = "Something went wrong here. Please send your question again.";
  const send = window.fetch;

  function say(sentence) {
    const log = document.querySelector('#transcript [role="log"]');
    document.body.classList.remove("asking");
    if (!log) return;
    const turn = document.createElement("article");
    const box = document.createElement("section");
    const said = document.createElement("p");
    turn.className = "turn refused";
    box.className = "silence";
    said.className = "said";
    said.textContent = sentence;
    box.append(said);
    turn.append(box);
    log.querySelectorAll(".refused").forEach((earlier) => earlier.remove());
    log.append(turn);
    turn.scrollIntoView();
  }

  async function reason(response) {
    try {
      const { detail } = await response.clone().json();
      return typeof detail === "string" ? detail : FAILED;
    } catch {
      return FAILED;
    }
  }

  // Reads a copy of the stream: it should end with an answer.
  async function follow(stream) {
    const reader = stream.getReader();
    const decoder = new TextDecoder();
    let text = "";
    let done = false;
    try {
      while (!done) {
        const part = await reader.read();
        done = part.done;
        text += decoder.decode(part.value || new Uint8Array(), { stream: !done });
      }
    } catch {
      // broken off: what came is judged below
    }
    const events = text.split("\n\n").flatMap((line) => {
      try {
        return [JSON.parse(line.replace(/^data: ?/, ""))];
      } catch {
        return [];
      }
    });
    const failed = events.find((event) => event.success === false);
    if (failed) say(failed.msg === "unexpected_error" && failed.message ? failed.message : FAILED);
    else if (!events.some((event) => event.msg === "process_completed")) say(LOST);
  }

  window.fetch = async (...request) => {
    const url = String(request[0]?.url || request[0]);
    const joins = url.includes("/gradio_api/queue/join");
    const streams = url.includes("/gradio_api/queue/data");
    if (!joins && !streams) return send(...request);
    let response;
    try {
      response = await send(...request);
    } catch (problem) {
      if (problem?.name !== "AbortError") say(LOST);
      throw problem;
    }
    if (!response.ok) {
      say(await reason(response));
      return response;
    }
    if (joins || !response.body) return response;
    const [theirs, ours] = response.body.tee();
    follow(ours);
    const { status, statusText, headers } = response;
    return new Response(theirs, { status, statusText, headers });
  };
})();
