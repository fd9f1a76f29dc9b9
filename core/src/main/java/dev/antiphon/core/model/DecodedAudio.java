package dev.antiphon.core.model;

/** Audio at hand. */
final class DecodedAudio implements AudioData {
    private final byte[] bytes;

    DecodedAudio(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int length() {
        return bytes.length;
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return "AudioData[" + bytes.length + " bytes]";
    }
}
