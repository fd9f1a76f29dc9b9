package dev.antiphon.app;

import dev.antiphon.app.InspectCommand.Direction;
import dev.antiphon.core.model.AudioFormat;
import dev.antiphon.transport.websocket.wire.Inspection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The audio of one side of recorded events, one after the other. Formats are learned from the events of both:
 * a server confirms what its client asked for.
 */
final class AudioCollector {
    private final Direction side;
    private final ByteArrayOutputStream samples = new ByteArrayOutputStream();
    private AudioFormat input = AudioFormat.PCM16;
    private AudioFormat output = AudioFormat.PCM16;
    private Optional<AudioFormat> response = Optional.empty();
    private Optional<WavFormat> written = Optional.empty();

    AudioCollector(Direction side) {
        this.side = side;
    }

    /** @throws Complaint if audio of our side is in a format that a WAV file, or this one, cannot hold */
    void add(Direction sender, Inspection inspection) {
        learn(inspection);
        if (sender == side) {
            inspection.audio().filter(audio -> audio.length() > 0).ifPresent(audio -> {
                WavFormat format = formatNow();
                if (!written.orElse(format).equals(format)) {
                    throw Complaint.failed("a WAV file holds one format, and the audio changes from "
                            + written.orElse(format) + " to " + format + "; cut the recording there");
                }
                written = Optional.of(format);
                samples.writeBytes(audio.bytes());
            });
        }
    }

    private void learn(Inspection inspection) {
        inspection.inputFormat().ifPresent(format -> input = format);
        switch (inspection.type()) {
            case "response.created" ->
                response = Optional.of(inspection.outputFormat().orElse(output));
            case "response.done" -> response = Optional.empty();
            default -> inspection.outputFormat().ifPresent(format -> output = format);
        }
    }

    private WavFormat formatNow() {
        AudioFormat format = side == Direction.CLIENT ? input : response.orElse(output);
        return WavFormat.of(format)
                .orElseThrow(() -> Complaint.failed(
                        "--audio-out writes PCM and G.711 only, and the recording holds " + format.type()));
    }

    void write(Path file) {
        WavFormat format = written.orElseThrow(
                () -> Complaint.failed("no event of the " + side + " holds audio: " + file + " was not written"));
        try {
            format.write(file, samples.toByteArray());
        } catch (IOException unwritable) {
            throw Complaint.failed("cannot write the audio file " + Reasons.of(unwritable, file));
        }
    }
}
