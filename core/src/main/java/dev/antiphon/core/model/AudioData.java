package dev.antiphon.core.model;

/**
 * Audio bytes in a session's audio format (PCM16 little-endian 24 kHz mono unless configured
 * otherwise), decoded when asked for.
 */
public interface AudioData {
    /** Length in bytes, without decoding. */
    int length();

    /**
     * The audio. Keep the array as long as you like, but do not change it: others may hear the same
     * event.
     *
     * @throws IllegalArgumentException if the server sent no valid base64
     */
    byte[] bytes();

    /** Audio that is already decoded. The array becomes this value's own. */
    static AudioData of(byte[] bytes) {
        return new DecodedAudio(bytes);
    }
}
