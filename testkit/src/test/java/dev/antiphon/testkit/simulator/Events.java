package dev.antiphon.testkit.simulator;

import java.util.Base64;

/** Client events as JSON text. */
final class Events {
    static final String RESPOND = "{\"type\":\"response.create\"}";

    private Events() {}

    static String userText(String text) {
        return "{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\""
                + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}]}}";
    }

    static String userItem(String id, String moreMembers) {
        return "{\"type\":\"conversation.item.create\"" + moreMembers + ",\"item\":{\"id\":\"" + id
                + "\",\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"x\"}]}}";
    }

    static String configure(String members) {
        return "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\"" + (members.isEmpty() ? "" : ",")
                + members + "}}";
    }

    static String append(byte[] audio) {
        return "{\"type\":\"input_audio_buffer.append\",\"audio\":\""
                + Base64.getEncoder().encodeToString(audio) + "\"}";
    }

    /** A tone of 220 Hz, 24 kHz 16-bit little-endian, at about -10 dB; with amplitude 0, silence. */
    static byte[] tone(int millis, double amplitude) {
        byte[] bytes = new byte[millis * 48];
        for (int i = 0; i < bytes.length / 2; i++) {
            int sample = (int) (amplitude * 10_000 * Math.sin(2 * Math.PI * 220 * i / 24_000));
            bytes[2 * i] = (byte) sample;
            bytes[2 * i + 1] = (byte) (sample >> 8);
        }
        return bytes;
    }
}
