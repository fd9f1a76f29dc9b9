// Level meters: the loudness of a stream, many times a second.

const FLOOR_DB = -60;

function fill(element, share) {
  element.style.setProperty("--share", share);
  element.setAttribute("aria-valuenow", Math.round(100 * share));
}

export class Levels {
  #context = new AudioContext();
  #meters = [];
  #running = true;

  constructor() {
    this.#context.resume();
    const draw = () => {
      if (!this.#running) return;
      this.#meters.forEach(({ analyser, samples, element }) => {
        analyser.getFloatTimeDomainData(samples);
        const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
        const db = 10 * Math.log10(power + 1e-12);
        fill(element, Math.max(0, Math.min(1, 1 - db / FLOOR_DB)));
      });
      requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  }

  show(stream, element) {
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 1024;
    this.#context.createMediaStreamSource(stream).connect(analyser);
    this.#meters.push({ analyser, samples: new Float32Array(analyser.fftSize), element });
  }

  /** A steady tone that comes and goes, for machines without a microphone. */
  tone() {
    const oscillator = this.#context.createOscillator();
    const loudness = this.#context.createGain();
    const out = this.#context.createMediaStreamDestination();
    oscillator.frequency.value = 440;
    loudness.gain.value = 0;
    oscillator.connect(loudness).connect(out);
    oscillator.start();
    const begin = this.#context.currentTime + 1;
    for (let turn = 0; turn < 100; turn++) {
      loudness.gain.setValueAtTime(0.3, begin + turn * 12);
      loudness.gain.setValueAtTime(0, begin + turn * 12 + 1.5);
    }
    return out.stream;
  }

  stop() {
    this.#running = false;
    this.#meters.forEach(({ element }) => fill(element, 0));
    this.#context.close();
  }
}
