package dev.antiphon.app;

import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.JsonView;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** What a server received on one socket, for comparison with what was said. */
final class WireProof {
    private final String first;
    private final List<String> texts;
    private final List<String> outputs;
    private final int frames;
    private final byte[] audio;

    private WireProof(String first, List<String> texts, List<String> outputs, int frames, byte[] audio) {
        this.first = first;
        this.texts = texts;
        this.outputs = outputs;
        this.frames = frames;
        this.audio = audio;
    }

    /** From the journal of a simulator. */
    static WireProof of(Connection connection) {
        List<JournalEntry> received = connection.received();
        List<String> texts = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        ByteArrayOutputStream audio = new ByteArrayOutputStream();
        int frames = 0;
        for (JournalEntry entry : received) {
            if (entry.isReceived("conversation.item.create")) {
                JsonView item = entry.json().at("item");
                if (item.type().equals("function_call_output")) {
                    outputs.add(item.text("output"));
                } else {
                    texts.add(item.text("content.0.text"));
                }
            } else if (entry.isReceived("input_audio_buffer.append")) {
                frames++;
                audio.writeBytes(Base64.getDecoder().decode(entry.json().text("audio")));
            }
        }
        String first = received.isEmpty() ? "nothing" : received.get(0).type();
        return new WireProof(first, List.copyOf(texts), List.copyOf(outputs), frames, audio.toByteArray());
    }

    /** Whether exactly this arrived, each once and in this order, after {@code session.update}. */
    boolean shows(List<String> saidTexts, List<String> saidOutputs, byte[] spoken) {
        return first.equals("session.update")
                && texts.equals(saidTexts)
                && outputs.equals(saidOutputs)
                && Arrays.equals(audio, spoken);
    }

    @Override
    public String toString() {
        return Counted.of(texts.size(), "text") + ", " + Counted.of(outputs.size(), "hand-off output") + ", "
                + Counted.of(frames, "audio frame");
    }
}
