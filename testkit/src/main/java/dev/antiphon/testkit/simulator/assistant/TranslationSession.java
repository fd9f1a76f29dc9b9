package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.audio.SpeechDetector;
import dev.antiphon.testkit.simulator.audio.SpeechSynthesizer;
import dev.antiphon.testkit.simulator.audio.SpeechSynthesizer.SpokenWord;
import dev.antiphon.testkit.simulator.audio.WireAudio;
import dev.antiphon.testkit.simulator.persona.Reply;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A session that translates what it hears, continuously: no conversation, no responses. Each stretch of speech
 * comes back as words and speech-like sound of the other language, behind it; silence is answered by nothing.
 *
 * <p>Confined to the simulator's thread.
 */
public final class TranslationSession implements Session, SpeechDetector.Listener {
    private static final int DELTA_SAMPLES = WireAudio.SAMPLE_RATE / 5;
    private static final String VOICE = "marin";

    private final SessionOptions options;
    private final SessionLines lines;
    private final SpeechSynthesizer voice;
    private final SpeechDetector detector = new SpeechDetector(this);
    private final ObjectNode config;
    private final Timeline.Timer expiry;
    private long onsetMillis;

    public TranslationSession(SessionOptions options, String model) {
        this.options = options;
        lines = new SessionLines(options.ids());
        voice = new SpeechSynthesizer(options.seed());
        config = describe(
                options.ids().next("sess"),
                options.timeline().now().plus(options.maxAge()).getEpochSecond(),
                model);
        expiry = options.timeline().after(options.maxAge(), this::expire);
    }

    /** What a translation session shows before anybody configured it; also in the answer to a client secret. */
    public static ObjectNode describe(String id, long expiresAt, String model) {
        ObjectNode session = Json.object()
                .put("id", id)
                .put("type", "translation")
                .put("expires_at", expiresAt)
                .put("model", model);
        ObjectNode audio = session.putObject("audio");
        audio.putObject("input").putNull("transcription").putNull("noise_reduction");
        audio.putObject("output").put("language", "en");
        return session;
    }

    /**
     * Checks the session of a request for a client secret.
     *
     * @throws InvalidEvent naming the first fault
     */
    public static void check(JsonNode session) throws InvalidEvent {
        Shapes.checkTranslation("session", session);
    }

    @Override
    public void join(Line line, boolean greeted) {
        lines.add(line);
        lines.sendTo(line, sessionEvent("session.created"));
    }

    @Override
    public void leave(Line line) {
        lines.remove(line);
        end();
    }

    private void end() {
        lines.end();
        expiry.cancel();
    }

    private void expire() {
        lines.report(new InvalidEvent("session_expired", "", "Your session hit its maximum duration."));
        end();
        lines.closeAll(1001, "Your session hit the maximum duration.");
    }

    private ObjectNode sessionEvent(String type) {
        ObjectNode event = Json.object().put("type", type);
        event.set("session", config.deepCopy());
        return event;
    }

    @Override
    public void receive(Line from, ObjectNode event) {
        JsonNode type = event.path("type");
        try {
            if (!type.isString()) {
                throw new InvalidEvent("invalid_event", "type", "The event must have a string 'type'.");
            }
            Shapes.checkTranslationEvent(type.stringValue(), event);
            switch (type.stringValue()) {
                case "session.update" -> update(event.path("session").path("audio"));
                case "session.close" -> {
                    lines.sendToAll(Json.object().put("type", "session.closed"));
                    end();
                    lines.closeAll(1000, "");
                }
                default -> hear(Item.decodeBase64("audio", event.path("audio").asString("")));
            }
        } catch (InvalidEvent e) {
            lines.refuse(from, e, event.path("event_id").asString(""));
        }
    }

    @Override
    public void refuse(Line from, InvalidEvent fault) {
        lines.refuse(from, fault, "");
    }

    /** There is nobody who could speak unasked here. */
    @Override
    public void respond(Reply reply, Runnable afterwards) {
        afterwards.run();
    }

    private void update(JsonNode audio) {
        for (String side : new String[] {"input", "output"}) {
            ((ObjectNode) Json.at(config, "audio", side))
                    .setAll(audio.path(side) instanceof ObjectNode given ? given : Json.object());
        }
        lines.sendToAll(sessionEvent("session.updated"));
    }

    private void hear(byte[] wire) throws InvalidEvent {
        if (wire.length % 2 != 0) {
            throw InvalidEvent.value("audio", "Invalid value for 'audio': PCM16 has two bytes for each sample.");
        }
        detector.hear(WireAudio.PCM.toSamples(wire));
    }

    @Override
    public void onSpeechStarted(long onset) {
        onsetMillis = onset;
    }

    @Override
    public void onSpeechStopped(long nowMillis) {
        if (lines.isOver()) {
            return;
        }
        Duration heard = Duration.ofMillis(nowMillis - onsetMillis);
        if (Json.at(config, "audio", "input", "transcription").isObject()) {
            lines.sendToAll(Json.object()
                    .put("type", "session.input_transcript.delta")
                    .put("delta", options.persona().transcribe(heard))
                    .put("elapsed_ms", nowMillis));
        }
        long elapsed = nowMillis;
        for (SpokenWord word : voice.speakFor(heard.toMillis(), VOICE)) {
            lines.sendToAll(Json.object()
                    .put("type", "session.output_transcript.delta")
                    .put("delta", word.text())
                    .put("elapsed_ms", elapsed));
            for (int from = 0; from < word.samples().length; from += DELTA_SAMPLES) {
                short[] piece =
                        Arrays.copyOfRange(word.samples(), from, Math.min(word.samples().length, from + DELTA_SAMPLES));
                elapsed += piece.length * 1_000L / WireAudio.SAMPLE_RATE;
                sound(piece, elapsed);
            }
        }
    }

    private void sound(short[] samples, long elapsed) {
        lines.sendToAll(Json.object()
                .put("type", "session.output_audio.delta")
                .put("delta", Base64.getEncoder().encodeToString(WireAudio.PCM.toWire(samples)))
                .put("sample_rate", WireAudio.SAMPLE_RATE)
                .put("channels", 1)
                .put("format", "pcm16")
                .put("elapsed_ms", elapsed));
    }
}
