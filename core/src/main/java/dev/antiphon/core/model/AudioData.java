package dev.antiphon.core.model;

/**
 * Audio bytes in a session's audio format (PCM16 little-endian 24 kHz mono unless configured
 * otherwise), decoded when asked for.
 */
public interface AudioData {
    /** Length in bytes, without decoding. */
    int length();

    /**
     * The audio. A fresh array or one that only this event holds; the caller may keep and change it.
     *
     * @throws IllegalArgumentException if the server sent no valid base64
     */
    byte[] bytes();

    /** Audio that is already decoded. The array becomes this value's own. */
    static AudioData of(byte[] bytes) {
        return new DecodedAudio(bytes);
    }
}
