package dev.antiphon.app;

import dev.antiphon.core.model.AudioFormat;
import dev.antiphon.transport.websocket.wire.Inspection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/** The audio of recorded events, one after the other. */
final class AudioCollector {
    private final ByteArrayOutputStream pcm = new ByteArrayOutputStream();
    private AudioFormat format = AudioFormat.PCM16;

    /** @throws Complaint if its audio is in a format that we cannot write */
    void add(Inspection inspection) {
        inspection.audioFormat().ifPresent(announced -> format = announced);
        inspection.audio().ifPresent(audio -> {
            if (!format.equals(AudioFormat.PCM16)) {
                throw Complaint.failed("--audio-out writes PCM of 16 bit and 24 kHz only, and the recording holds "
                        + Complaint.oneLine(format.toString()));
            }
            pcm.writeBytes(audio.bytes());
        });
    }

    void write(Path file) {
        if (pcm.size() == 0) {
            throw Complaint.failed("no event holds audio: " + file + " was not written");
        }
        try {
            WavFile.write(file, pcm.toByteArray());
        } catch (IOException unwritable) {
            throw Complaint.failed("cannot write the audio file " + Reasons.of(unwritable, file));
        }
    }
}
